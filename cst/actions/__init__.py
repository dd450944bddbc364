"""What changes the world: each action checks again, at the moment it acts, what it was asked to act on."""
