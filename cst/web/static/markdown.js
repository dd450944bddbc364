// Markdown as nodes. Text goes in as text and nothing else: no markup of a session is ever parsed as HTML, and a link
// leads to http or https only. A subset: what is not known stays as it was written.

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]{0,30})/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const HEAD = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])( *\1){2,} *$/;
const DIVIDES = /^ *\|?( *:?-+:? *\|)+ *(:?-+:? *)?$/;
const DEEPEST = 6;
// one alternative for each kind of inline; none can match from inside another, and each is bounded
const INLINE = new RegExp([
  /\\([!-/:-@[-`{-~])/.source,
  /(?<!`)(`{1,6})(?!`)([^`]|[^`].{0,2000}?[^`])\2(?!`)/.source,
  /\*\*(?=\S)(.{1,2000}?\S)\*\*/.source,
  /(?<![\w])__(?=\S)(.{1,2000}?\S)__(?!\w)/.source,
  /\*(?![\s*])([^*]{1,2000}?)(?<!\s)\*(?!\*)/.source,
  /(?<![\w_])_(?![\s_])([^_]{1,2000}?)(?<!\s)_(?![\w_])/.source,
  /~~(?=\S)(.{1,2000}?\S)~~/.source,
  /\[([^\][]{1,500})\]\(<?([^\s()<>]{1,2000}(?:\([^\s()<>]{0,500}\)[^\s()<>]{0,500})?)>?(?: "[^"]{0,300}")?\)/.source,
  /<?(https?:\/\/[^\s<>"'`]{1,2000}[^\s<>"'`.,;:!?)\]])>?/.source,
].join("|"), "s");

export function markdown(text) {
  const box = document.createElement("div");
  box.className = "md";
  box.append(...blocks(text.split("\n"), 0));
  return box;
}

function made(tag, ...inside) {
  const node = document.createElement(tag);
  node.append(...inside);
  return node;
}

function blocks(lines, depth) {
  const found = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    let match;
    if (!line.trim()) at += 1;
    else if ((match = FENCE.exec(line))) at = fence(lines, at, match, found);
    else if ((match = HEAD.exec(line))) {
      found.push(made(["h3", "h3", "h4", "h5", "h5", "h5"][match[1].length - 1], ...inline(match[2])));
      at += 1;
    } else if (RULE.test(line)) {
      found.push(made("hr"));
      at += 1;
    } else if (/^ {0,3}>/.test(line) && depth < DEEPEST) {
      const inside = [];
      while (at < lines.length && /^ {0,3}>/.test(lines[at])) inside.push(lines[at++].replace(/^ {0,3}> ?/, ""));
      found.push(made("blockquote", ...blocks(inside, depth + 1)));
    } else if (ITEM.test(line) && depth < DEEPEST) at = list(lines, at, depth, found);
    else if (line.includes("|") && DIVIDES.test(lines[at + 1] ?? "")) at = table(lines, at, found);
    else at = paragraph(lines, at, depth, found);
  }
  return found;
}

function fence(lines, at, [, mark, language], found) {
  const inside = [];
  const end = new RegExp(`^ {0,3}${mark[0]}{${mark.length},} *$`);
  for (at += 1; at < lines.length && !end.test(lines[at]); at += 1) inside.push(lines[at]);
  const code = made("code", inside.join("\n"));
  if (language) code.title = language;
  found.push(made("pre", code));
  return at + 1;
}

function list(lines, at, depth, found) {
  const [, margin, mark] = ITEM.exec(lines[at]);
  const numbered = /\d/.test(mark);
  const node = made(numbered ? "ol" : "ul");
  if (numbered && parseInt(mark, 10) !== 1) node.start = parseInt(mark, 10);
  while (at < lines.length) {
    const match = ITEM.exec(lines[at]);
    if (!match || match[1].length !== margin.length || /\d/.test(match[2]) !== numbered) break;
    const inside = [match[3]];
    for (at += 1; at < lines.length; at += 1) {
      const deep = lines[at].length - lines[at].trimStart().length;
      const blank = !lines[at].trim();
      if (blank && !(lines[at + 1] ?? "").startsWith(`${margin}  `)) break;
      if (!blank && deep <= margin.length) break;
      inside.push(blank ? "" : lines[at].slice(Math.min(deep, margin.length + 2 + (numbered ? 1 : 0))));
    }
    const parts = blocks(inside, depth + 1);
    if (parts[0]?.tagName === "P") parts.splice(0, 1, ...parts[0].childNodes);
    node.append(made("li", ...parts));
    while (at < lines.length && !lines[at].trim() && ITEM.exec(lines[at + 1] ?? "")?.[1].length === margin.length) at += 1;
  }
  found.push(node);
  return at;
}

const cells = (line) => line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => inline(cell.trim().replaceAll("\\|", "|")));

function table(lines, at, found) {
  const node = made("table", made("thead", made("tr", ...cells(lines[at]).map((cell) => made("th", ...cell)))));
  const body = made("tbody");
  for (at += 2; at < lines.length && lines[at].includes("|"); at += 1) {
    body.append(made("tr", ...cells(lines[at]).map((cell) => made("td", ...cell))));
  }
  node.append(body);
  const box = made("div", node);
  box.className = "wide";
  found.push(box);
  return at;
}

function paragraph(lines, at, depth, found) {
  const inside = [lines[at].trim()];
  for (at += 1; at < lines.length && lines[at].trim(); at += 1) {
    const line = lines[at];
    if (FENCE.test(line) || HEAD.test(line) || (depth < DEEPEST && (/^ {0,3}>/.test(line) || ITEM.test(line)))) break;
    inside.push(line.trim());
  }
  found.push(made("p", ...inline(inside.join("\n"))));
  return at;
}

function inline(text, depth = 0) {
  const found = [];
  while (text) {
    const match = depth < DEEPEST ? INLINE.exec(text) : null;
    if (!match) {
      found.push(text);
      break;
    }
    if (match.index) found.push(text.slice(0, match.index));
    const [whole, escaped, , code, strong, strong2, em, em2, gone, label, target, url] = match;
    const deeper = (inside) => inline(inside, depth + 1);
    if (escaped) found.push(escaped);
    else if (code) found.push(made("code", code));
    else if (strong ?? strong2) found.push(made("strong", ...deeper(strong ?? strong2)));
    else if (em ?? em2) found.push(made("em", ...deeper(em ?? em2)));
    else if (gone) found.push(made("del", ...deeper(gone)));
    else if (url) found.push(link(url, [url]));
    else found.push(/^https?:\/\//i.test(target) ? link(target, deeper(label)) : made("span", ...deeper(label), ` (${target})`));
    text = text.slice(match.index + whole.length);
  }
  return found;
}

function link(target, inside) {
  const node = made("a", ...inside);
  node.href = target;
  node.target = "_blank";
  node.rel = "noopener noreferrer nofollow";
  node.title = target;
  return node;
}
