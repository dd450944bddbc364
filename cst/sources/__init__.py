"""One module for each thing that cst reads. They never import each other; `snapshot` joins them."""
