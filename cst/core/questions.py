"""Whether a session's last words ask the user something, in any of a dozen languages. Pure.

What counts is the last thing said in prose: options, code, tables, quotations, rules and a recommendation behind it are
passed over. A question that is answered in the same breath asks nobody; one behind which something else is said, or a
list stands, asks only where it speaks to the user. Some requests have no question mark: "tell me which one".
tests/data/questions has the endings that this was made for; docs/state.md says how often it is right.

Over 300 lines because its tables have the words of a dozen languages.
"""

from __future__ import annotations

_LONGEST = 4000  # characters from the end that are looked at
_BEHIND = 2  # sentences that may stand behind a question
_ENDS = ".!?…。！？؟։"  # of a sentence
_ASKS = "?？؟"
_ANYWHERE = "。！？؟։…"  # those that end a sentence without a blank behind them
_QUOTES = (
    ("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("»", "«"), ("「", "」"), ("『", "』"), ("‘", "’"), ('"', '"'),
)  # fmt: skip

# What speaks to the user. A sentence is looked at in lower case, with a blank before and behind it.
_TO_YOU = (
    " you ", " your ", " you'd ", " shall i ", " should i ", " may i ", " can i ", " could i ", " do i ", " want me ",
    " me to ", " shall we ", " should we ", " soll ich ", " darf ich ", " kann ich ", " möchtest ", " möchten sie ",
    " willst ", " wollen sie ", " sollen wir ", " dir ", " dich ", " dois-je ", " puis-je ", " voulez-", " veux-tu ",
    " souhait", " préfér", " faut-il ", " vous ", " tu ", " quieres ", " quiere ", " debo ", " puedo ", " prefier",
    " sigo ", " te ", " vuoi ", " vuole ", " posso ", " preferisc", " quer ", " prefere", " você ", " хотите",
    " хочешь", " мне ", " вы ", " вам ", " можно ", " предпоч", " czy mam ", " chcesz ", " mogę ", " wolisz ", "eyim m",
    "ayım m", " ister mi", " tercih", "ましょうか", "よろしい", "いいですか", "どちら", "ますか", "要我", "我应该",
    "你", "您", "是否", "할까요", "될까요", "드릴까요", "시나요", "시겠", "هل تريد", "تفضل", " أن أ", "می‌خواهید",
    "می‌دهید", "بدهم", " θέλ", " προτιμ", " να ", " puedes ", " podrías ", " tienes ", " pasas ", " hago ", " empiezo ",
    " podes ", " poderia ", " devo ", " faço ", " puoi ", " potresti ", " faccio ", " peux-tu ", " pouvez-",
    " pourriez-", " as-tu ", " avez-", " kannst ", " können sie ", " könnten sie ", " könntest ", " hast ",
    " haben sie ", " brauchst ", " magst ", " можешь", " можете", " могли бы ", " нужно ли ", " надо ли ", " ты ",
    " тебе ", " możesz ", " mógłbyś ", " masz ", "abilir mi", "ebilir mi", "いただけ", "もらえ", "くれます", "能否",
    "可以", " zal ik ", " mag ik ", " moet ik ", " kan ik ", " zullen we ", " wil je ", " wilt u ", " kun je ",
    " kunt u ", " heb je ", " heeft u ", " jij ", " jou ", " jouw ", " bedoel je ", " vind je ", " voorkeur ",
)  # fmt: skip
# What a person, or a text about one, was asked before.
_TOLD = (
    " asked ", " asks ", " may ask ", " might ask ", " wonder", " fragte ", " fragst dich ", " fragen sich ", " demand",
    " preguntó ", " preguntarás ", " pergunt", " спросил", " спросите ", "と思う", "也许会问", "可能会问",
)  # fmt: skip
# What is asked of nobody: praise, wonder, the end of a good report.
_RHETORICAL = (
    "you know what", "can you believe", "would you believe", "guess what", "remember the", "remember when",
    "see the difference", "notice the", "the question is", "the question was", "weißt du was", "kaum zu glauben",
    "kannst du das glauben", "tu sais quoi", "vous savez quoi", "incroyable , non", "sabes qué", "te lo puedes creer",
    "te lo crees", "sabe o quê", "sabe o que", "acredita que", "знаешь что", "знаете что", "представляете", "你知道吗",
    "你敢信", "anything else", "something else", "any questions", "any other questions", "further questions",
    "noch etwas", "sonst noch", "noch fragen", "autre chose", "d'autres questions", "algo más", "alguna pregunta más",
    "mais alguma coisa", "mais alguma dúvida", "qualcos'altro", "altre domande", "что-нибудь ещё", "ещё что-нибудь",
    "ещё вопросы", "coś jeszcze", "他に何か", "ほかに何か", "还有什么需要", "还有其他", "다른 도움",
    "what's not to like", "what more ", "what else could you want", "who knew", "who would have ", "who'd have ",
    "isn't it great", "isn't that great", "isn't that nice", "isn't it nice", "how cool is", "how about that",
    "was will man mehr", "wer hätte das", "wer hätte ge", "ist das nicht toll", "ist das nicht schön",
    "que demander de plus", "que demande le peuple", "qui l'eût cru", "qui aurait cru", "qui aurait pensé",
    "elle est pas belle", "qué más se puede", "quién lo diría", "quién iba a ", "no es genial", "cosa volere di più",
    "chi l'avrebbe ", "non è fantastico", "non è bello", "quem diria", "quem poderia imaginar", "não é ótimo",
    "não é incrível", "não é demais", "que mais se pode", "чего ещё желать", "чего еще желать", "кто бы мог ",
    "разве не здорово", "не правда ли", "kto by pomyśl", "czego chcieć więcej", "daha ne olsun", "kim derdi",
    "还有什么可", "还有什么好挑", "谁能想到", "谁会想到", "岂不", "誰が想像", "誰が思", "最高じゃない",
    "すごくないですか", "누가 알았", "verder nog", "nog vragen", "nog iets anders", "wie had dat ",
)  # fmt: skip
# How a request begins that wants an answer, or waits for one, and what makes the same words a mere courtesy.
_REQUESTS = (
    "please tell me", "tell me ", "please confirm", "confirm that", "confirm whether", "please choose", "choose one",
    "please pick", "pick one", "please provide", "please paste", "please share", "please send", "please give",
    "please specify", "please run", "please decide", "let me know", "waiting for your", "awaiting your", "i need your",
    "i need you to", "i need to know", "your call", "over to you", "reply with", "answer with", "please advise",
    "please clarify", "please answer", "please respond", "please reply", "sag mir", "sagen sie mir", "gib mir bescheid",
    "gib bescheid", "bitte sag", "bitte bestätig", "bitte wähl", "bitte entscheid", "bitte nenn", "bitte gib",
    "bitte teil", "bitte schick", "nenn mir", "nenne mir", "nennen sie mir", "teil mir", "teilen sie mir", "schick mir",
    "lass mich wissen", "dites-moi", "dis-moi", "indiquez-moi", "indique-moi", "précisez", "précise ", "donnez-moi",
    "envoyez-moi", "faites-moi savoir", "fais-moi savoir", "veuillez ", "choisissez", "merci de confirmer",
    "merci de me ", "dime", "dímelo", "dígame", "confirma", "confírm", "elige", "elija", "escoge", "indica", "indíca",
    "pásame", "envíame", "necesito que ", "necesito saber", "avísame", "avíseme", "dimmi", "mi dica", "fammi sapere",
    "mi faccia sapere", "mandami", "inviami", "conferma", "scegli", "me diga", "diga-me", "diga ", "me fala",
    "me informe", "informe ", "me envie", "preciso saber", "confirme", "escolha", "me avise", "avise", "скажите",
    "скажи ", "подскажи", "уточни", "укажи", "пришли", "напишите", "ответьте", "решите", "подтверди", "выбери",
    "дайте знать", "дай знать", "сообщите", "powiedz", "podaj", "napisz", "potwierdź", "wybierz", "daj znać", "أخبرني",
    "أكد", "اختر", "لطفا", "πείτε μου", "πες μου", "επιβεβαι", "διαλέξτε", "请告诉我", "告诉我", "请确认", "请选择",
    "请提供", "请指定", "请回复", "请说明", "是否", "laat me weten", "laat het me weten", "laat mij weten",
    "laat weten", "geef aan", "geef door", "geef me", "zeg me", "zeg het", "vertel me", "bevestig", "kies een",
    "graag hoor ik", "graag je ", "graag uw ", "i'll wait for your", "i will wait for your", "i'm waiting for your",
    "i am waiting for your", "ich warte auf dein", "ich warte auf ihre", "j'attends votre", "j'attends ta ",
    "j'attends ton ", "j'attends vos ", "espero tu ", "espero su ", "quedo a la espera de ", "attendo la tua",
    "attendo una tua", "attendo conferma", "aspetto la tua", "aguardo sua", "aguardo a sua", "aguardo tua",
    "aguardo a tua", "aguardo confirma", "жду вашего", "жду твоего", "жду подтверждения", "жду решения", "czekam na tw",
    "czekam na potwierdz", "czekam na decyz", "ik wacht op je ", "ik wacht op jouw", "ik wacht op uw", "等你", "等您",
    "等待你", "等待您", "say the word", "reply x", "antworte mit", "antworten sie", "réponds", "répondez", "responde x",
    "responde con x", "responda x", "responda com x", "rispondi", "ответь ", "odpowiedz", "antwoord met",
    "ein wort genügt", "proszę o ", "прошу подтверд", "прошу выбр", "прошу решить", "прошу уточн", "прошу сообщ",
    "bitte um best", "bitte um freigabe", "ich bitte um best", "ich bitte um freigabe", "graag een ",
)  # fmt: skip
_COURTESIES = (
    "any question", "any further question", "anything is", "anything else", "anything looks", "how it goes", "unclear",
    "something else", "any issue", "any problem", "need anything", "run into", "when you", "once you", "falls etwas",
    "questions.", "des questions", "de question", "domande", "dúvida", "duda", "سؤال", "有问题", "вопросы", "непонятно",
    "pytania", "ερωτήσεις", "如有", "algo más", "algo mas", "lo que necesites", "mais alguma coisa", "algo mais",
    "precisar", "autre chose", "si besoin", "besoin d'autre", "qualcos'altro", "qualcosa non", "noch etwas", "noch was",
    "sonst noch", "nicht passt", "что-то ещё", "что-то еще", "что-нибудь", "если что", "coś jeszcze", "czegoś jeszcze",
    "其他问题", "别的", "任何问题", "vragen", "nog iets", "iets anders", "problemen", "onduidelijk", "お知らせください",
    "sorunuz olursa", "궁금한", "その他", "他に",
)  # fmt: skip
# How a request ends, where languages put it there.
_REQUEST_ENDS = (
    "教えてください", "教えて下さい", "選んでください", "お選びください", "ご指示ください", "指定してください",
    "か確認をお願いします", "かご確認ください", "か確認してください", "か、ご確認ください", "ご指示をお待ちしています",
    "ご回答をお待ちしています", "お返事をお待ちしています", "söyleyin", "söyleyin lütfen", "bildirin", "seçin",
    "지 알려 주세요", "지 알려주세요", "지 말씀해 주세요", "을 알려 주세요", "를 알려 주세요", "을 알려주세요",
    "를 알려주세요", "골라 주세요", "선택해 주세요", "지 확인 부탁드립니다", "지 확인해 주세요", "지 확인해주세요",
    "선택 부탁드립니다", "결정 부탁드립니다", "답변 부탁드립니다", "답변을 기다리겠습니다", "확인을 기다리겠습니다",
)  # fmt: skip
_FILLERS = {
    "just", "please", "simply", "kurz", "bitte", "einfach", "doch", "even", "gewoon", "alsjeblieft", "simplement",
    "juste", "semplicemente", "solo", "sólo", "apenas", "просто", "пожалуйста", "proszę", "po", "prostu",
}  # fmt: skip
# What to do, so that the session goes on.
_DO = ("type ", "say ", "reply ", "paste ", "send ", "share ", "run ", "schreib", "écri", "напиши", "typ ", "schrijf ")
_THEN_I = (" and i'll ", " and i will ", " and i can ", " dann ", " und ich ", " et je ", " и я ", " dan ", " en ik ")
_ENDS_AS_QUESTION = ("ますか", "ですか", "ましょうか", "でしょうか", "까요", "나요", "습니까", "吗")
_OPTION = {"option", "variante", "opción", "opzione", "opção", "вариант", "wariant", "seçenek"}
_WAITS = (
    "i'll wait", "i will wait", "i am waiting", "i'm waiting", "ich warte", "j'attends", "a la espera", "espero tu",
    "aspetto", "aguardo", "жду", "czekam", "bekliyorum", "お待ち", "待ちます", "等你", "等您", "기다", "if so",
    "if yes", "if not,", "falls ja", "wenn ja", "si oui", "dans ce cas", "si es así", "en ese caso", "se sim",
    "depends on", "that decides", "hängt ab", "hängt davon", "en dépend", "depende de eso", "de eso depende",
    "disso depende", "depende disso", "dipende da questo", "от этого зависит", "od tego zależy", "取决于",
    "によって決ま", "ik wacht", "zo ja", "in dat geval", "nesse caso", "se sì", "in tal caso", "если да",
    "в этом случае", "jeśli tak", "その場合", "そうなら", "如果是", "如果可以",
)  # fmt: skip
# What asks for more than yes or no, among the first words, or anywhere in scripts without blanks.
_WH = {
    "what", "what's", "why", "how", "who", "who's", "when", "where", "which", "whose", "was", "warum", "wieso",
    "weshalb", "wie", "wer", "wem", "wen", "wann", "wo", "wozu", "wohin", "welche", "welcher", "welches", "welchen",
    "quoi", "pourquoi", "comment", "qui", "quand", "où", "quel", "quelle", "quels", "quelles", "que", "qu'est-ce",
    "combien", "qué", "cómo", "quién", "cuándo", "dónde", "cuál", "cuáles", "cuánto", "cuánta", "como", "quem",
    "quando", "onde", "qual", "quais", "quanto", "che", "cosa", "perché", "come", "chi", "dove", "quale", "quali",
    "что", "почему", "зачем", "как", "кто", "когда", "где", "какой", "какая", "какие", "какую", "сколько", "co",
    "dlaczego", "jak", "kto", "kiedy", "gdzie", "który", "która", "które", "ne", "neden", "nasıl", "kim", "hangi",
    "kaç", "why's", "wat", "waarom", "waardoor", "hoe", "wanneer", "waar", "welke", "welk", "hoeveel",
}  # fmt: skip
_WH_WITHIN = (
    "何", "なぜ", "どう", "誰", "いつ", "どこ", "どれ", "どの", "たら", "什么", "怎", "谁", "哪", "如何", "多少",
    "如果", "무엇", "왜", "어떻게", "누가", "누구", "언제", "어디", "얼마", "어느", "لماذا", "كيف", "ماذا", "چرا", "چه",
)  # fmt: skip
_AND = ("and ", "und ", "et ", "e ", "y ", "и ", "а ", "ve ", "so ", "but ", "if ", "wenn ", "si ", "se ", "если ")
_YES_NO = {
    "yes", "no", "yep", "nope", "yeah", "ja", "nein", "oui", "non", "sí", "sì", "sim", "não", "да", "нет", "tak", "nie",
    "nee", "نعم", "لا", "بله", "خیر", "ναι", "όχι", "evet", "hayır",
}  # fmt: skip
# How what follows answers without yes or no, or says what to do for whom the question fits.
_ANSWERS = {
    "absolutely", "definitely", "certainly", "sure", "of", "maybe", "perhaps", "probably", "partly", "mostly", "almost",
    "not", "never", "nothing", "nobody", "barely", "hardly", "none", "perfectly", "run", "use", "try", "set", "see",
    "check", "add", "open", "pass", "call", "klar", "natürlich", "sicher", "eher", "kaum", "vielleicht", "wohl",
    "nicht", "nichts", "teilweise", "absolut", "bestimmt", "führe", "nutze", "setze", "nimm", "verwende",
    "parfaitement", "absolument", "bien", "peut-être", "probablement", "pas", "presque", "jamais", "rien", "lancez",
    "lance", "utilisez", "utilise", "exécutez", "perfectamente", "claro", "por", "quizá", "quizás", "casi", "nada",
    "nunca", "ejecuta", "usa", "utiliza", "perfeitamente", "talvez", "quase", "rode", "execute", "certo",
    "perfettamente", "forse", "quasi", "niente", "esegui", "отлично", "конечно", "возможно", "почти", "нисколько",
    "ничего", "скорее", "запустите", "запусти", "используйте", "oczywiście", "pewnie", "może", "prawie", "elbette",
    "belki", "tabii",
}  # fmt: skip
# … or with an opinion.
_OPINIONS = (
    "i think", "i believe", "i guess", "i'd say", "i'd argue", "apparently", "seems ", "looks like", "only ", "just ",
    "unless ", "untested", "works ", "ich denke", "ich glaube", "ich meine", "ich finde", "anscheinend", "offenbar",
    "scheint ", "nur ", "ungetestet", "dann ", "sieht ", "funktioniert ", "je pense", "je crois", "je dirais",
    "apparemment", "il semble", "seulement ", "uniquement", "creo que", "diría que", "al parecer", "parece ", "sólo ",
    "acho que", "diria que", "ao que parece", "só ", "apenas ", "credo ", "direi ", "a quanto pare", "solo ", "думаю",
    "считаю", "кажется", "похоже", "только ", "видимо", "myślę", "chyba ", "wygląda", "tylko ", "sanırım", "galiba",
    "我认为", "我觉得", "看来", "似乎", "只", "それなら",
)  # fmt: skip
# What happened is asked of oneself, where the answer follows.
_PAST = (
    "did ", "was ", "were ", "has ", "had ", "hat ", "hatte ", "war ", "waren ", "wurde ", "a-t-", "fue ", "fueron ",
    "funcionó", "foi ", "foram ", "funcionou", "valeu", "ha funzionato", "è stato", "стоило ", "сработал", "помогло",
    "было ли", "получилось", "zadziałał", "udało się", "worth ", "vale la pena", "vale a pena", "cela vaut-il",
    "lohnt ", "lohnte ", "值得",
)  # fmt: skip
_PAST_ENDS = ("ましたか", "でしたか", "了吗", "었나요", "았나요", "oldu mu", "dı mı", "di mi")
_BUT = {"but", "though", "aber", "allerdings", "mais", "pero", "mas", "ma", "но", "однако", "ale", "ama", "fakat"}
_BUT_WITHIN = ("ですが", "けれど", "が、", "但", "不过", "지만")
_ANSWER_BEGINS = (
    "問題なく", "もちろん", "たぶん", "ほぼ", "完全", "当然", "可能", "几乎", "没问题", "물론", "아마", "거의", "はい",
    "いいえ", "是的", "不", "没有", "네", "아니",
)  # fmt: skip
_NO = {"no", "não", "non", "nie"}  # these begin sentences too
_OPEN_WORDS = (
    "what ", "why ", "how ", "who ", "when ", "where ", "was ", "warum ", "wie ", "pourquoi ", "comment ", "waarom ",
    "wat ", "hoe ", "por qué ", "cómo ", "perché ", "come ", "por que ", "почему ", "как ", "dlaczego ", "neden ",
)  # fmt: skip
# How a paragraph begins that recommends, or notes something.
_ADVICE = (
    "recommend", "my recommendation", "i would ", "i'd ", "i suggest", "my suggestion", "my preference", "suggested",
    "empfohlen", "empfehlung", "mein vorschlag", "ich würde ", "recommandé", "je recommande", "je suggère", "recomend",
    "raccomand", "consiglio", "рекоменд", "я бы ", "おすすめ", "推荐", "建议", "추천", "öneri", "zaleca", "default:",
    "i lean ", "i'm leaning ", "leaning ", "i prefer ", "i favor ", "i favour ", "my pick ", "my vote ",
    "ich tendiere ", "tendenz", "ich bevorzuge ", "ich bin für ", "lieber wäre ", "je penche", "je préfère ",
    "ma préférence", "à mon avis", "me inclino ", "yo haría ", "yo iría ", "prefiero ", "sugiero ", "eu iria ",
    "eu faria ", "eu prefiro ", "prefiro ", "sugiro ", "sugestão", "io farei ", "preferirei ", "propendo ",
    "suggerisco ", "я склоняюсь ", "склоняюсь ", "предлагаю ", "мой выбор", "skłaniam ", "proponuję ", "wolał",
    "個人的には", "私は", "推奨", "我倾向", "我更倾向", "我觉得", "我选", "倾向于", "aanbevolen", "aanbeveling",
    "mijn voorstel", "ik zou ", "ik raad ", "advies", "note:", "note that ", "heads-up", "heads up", "fyi", "hinweis",
    "anmerkung", "remarque", "à noter", "nota:", "nota bene", "observação", "attenzione", "let op", "opmerking",
    "uwaga", "примечание", "обратите внимание", "注意", "注:", "注：", "補足", "备注", "참고", "주의",
)  # fmt: skip

_asked: tuple[str, bool] = "", False  # what was asked for last, and the answer


def asks(words: str) -> bool:
    """Whether a text ends in a question to the user, or in a request for a decision."""
    global _asked
    if words != _asked[0]:  # several rules in a row ask it of the same words
        _asked = words, _answer(words)
    return _asked[1]


def _answer(words: str) -> bool:
    if len(words) < 2:
        return words in _ASKS and bool(words)
    listed = False
    for kind, text in reversed(_blocks(words[-_LONGEST:])):
        if kind == "list":
            if not listed and any(_is_question(one) for one in _sentences(_plain(text))[-1:]):
                return True  # the last item is a question of its own
            listed = True
        elif kind == "prose":
            if _asks(text, listed):
                return True
            if not _is_advice(text):
                return False
    return False


def _blocks(words: str) -> list[tuple[str, str]]:
    """The text in pieces, in order: prose (a paragraph), list (an item), aside (code, table, quotation, rule)."""
    found: list[tuple[str, str]] = []
    fence, fresh = "", True
    for line in words.splitlines():
        bare = line.strip()
        if fence or bare.startswith(("```", "~~~")):
            fence = "" if fence and bare.startswith(fence) else fence or bare[:3]
            fresh = True
        elif not bare or not bare.strip("-*_=─ "):
            fresh = True
        elif bare.startswith((">", "|")) or (line.startswith("    ") and fresh and not _item(bare)):
            found.append(("aside", bare))
            fresh = True
        elif _item(bare):
            found.append(("list", _item(bare)))
            fresh = True
        elif fresh or found[-1][0] != "prose":
            found.append(("prose", bare))
            fresh = False
        else:
            found[-1] = ("prose", f"{found[-1][1]} {bare}")
    return found


def _item(line: str) -> str:
    """What an item of a list says; "" for a line that is none."""
    if line[:2] in ("- ", "* ", "+ ", "• ", "– ") and not line.startswith("**"):
        return line[2:].strip()
    head, _, rest = line.partition(" ")
    name = head.strip("()[].:*")
    marked = head != name and (name.isdigit() or (len(name) == 1 and name.isalpha() and name.isascii()))
    if marked and rest:
        return rest.strip()
    letter, _, said = rest.partition(" ")
    if name.lower() in _OPTION and said and len(letter.strip("*:.)")) == 1:
        return said.strip("—–-: ")
    return line[1:].strip() if line[0] in "①②③④⑤⑥⑦⑧⑨☐☑❯" else ""


def _plain(text: str) -> str:
    """A piece without code, quotations and the signs of Markdown."""
    pieces = text.split("`")
    if len(pieces) % 2:
        text = "x".join(piece for i, piece in enumerate(pieces) if i % 2 == 0)
    for opening, closing in _QUOTES:
        text = _unquoted(text, opening, closing)
    text = text.replace("**", "").replace("__", "").strip().rstrip("*_")
    for opening, closing in ("()", "[]"):  # (yes/no), [y/N]
        if text.endswith(closing) and text.rpartition(opening)[0].rstrip().endswith(tuple(_ASKS)):
            text = text.rpartition(opening)[0].rstrip()
    return text.strip().strip("“”„\"'»«」』’ ").strip()


def _unquoted(text: str, opening: str, closing: str) -> str:
    """A text with "x" for each quotation: who quotes a question asks none."""
    begin = text.find(opening)
    while begin >= 0:
        end = text.find(closing, begin + 1)
        if end < 0:
            return text
        whole = not text[:begin].strip() and not text[end + 1 :].strip()
        text = text[:begin] + (text[begin + 1 : end] if whole else "x") + text[end + 1 :]
        begin = text.find(opening, begin + 1)
    return text


def _sentences(text: str) -> list[str]:
    """The sentences of a piece. A sign ends one only where a blank, the end, or a letter of its own script follows."""
    if any("Ͱ" <= char <= "Ͽ" for char in text):
        text = text.replace(";", "?").replace("\u037e", "?")
    found, begin = [], 0
    for i, char in enumerate(text):
        behind = text[i + 1 : i + 2]
        if char in _ENDS and (not behind or behind.isspace() or char in _ANYWHERE or behind in "\"”»“)’'"):
            if behind and behind in _ENDS:
                continue
            found.append(text[begin : i + 1].strip(" \"”»“)’'"))
            begin = i + 1
    found.append(text[begin:].strip())
    return [one for one in found if one.strip(_ENDS + " ")]


def _is_question(sentence: str) -> bool:
    bare = sentence.rstrip("。. !！")
    return sentence.endswith(tuple(_ASKS)) or "՞" in sentence or bare.endswith(_ENDS_AS_QUESTION)


def _asks(text: str, listed: bool) -> bool:
    """Whether a piece of prose asks; `listed`: a list stands behind it."""
    sentences = _sentences(_plain(text))
    for behind, sentence in enumerate(reversed(sentences[-1 - _BEHIND :])):
        if behind < _BEHIND and _is_request(sentence):
            return True
        if not _is_question(sentence):
            continue
        low = f" {sentence.lower().rstrip(_ENDS + ' ')} "
        low = low.replace(",", " ,").replace(":", " :").replace("¿", " ")
        if any(word in f"{low}?" for word in _RHETORICAL):
            return False
        if not behind:
            return not listed or _speaks_to_you(low) or not low.strip().startswith(_OPEN_WORDS)
        following = sentences[len(sentences) - behind]
        waits = any(word in following.lower() for word in _WAITS)
        return waits or (
            not _answers(following, low)
            and (_speaks_to_you(low) or (_is_closed(low.strip()) and not _weighs(following)))
        )
    return False


def _answers(following: str, low: str) -> bool:
    """Whether a sentence answers the question before it: with yes or no, or with one of its words."""
    head = following.lower().split(" ")[0]
    first = head.strip(",.;:!،、，—")
    if first in _YES_NO:  # "No veo …" is no answer
        return first not in _NO or first != head or head == following.lower()
    short = len(following.split()) <= 3 and first in ("it", "they", "this", "that", "we", "i", "he", "she")
    if first in _ANSWERS or short or following.startswith(_ANSWER_BEGINS) or following.lower().startswith(_OPINIONS):
        return True
    repeated = len(first) > 1 and f" {first} " in low.replace("`", " ")  # "Redis or Memcached? Redis, since …"
    return repeated and not _speaks_to_you(low)


def _weighs(following: str) -> bool:
    """Whether a sentence weighs up what was asked: a yes or a no within it, or a but."""
    low = following.lower()
    words = {word.strip(",.;:!") for word in low.split()}
    return not words.isdisjoint(_YES_NO - _NO) or not words.isdisjoint(_BUT) or any(word in low for word in _BUT_WITHIN)


def _is_closed(low: str) -> bool:
    """Whether a question wants yes or no, or one of two things: what is said behind it then is seldom an answer."""
    words = low.replace("`", " ").removeprefix("est-ce que ").split()
    wide = any(char > "\u2e7f" for char in low)
    open_ones = not _WH.isdisjoint(word.strip("'\"¿") for word in words[:3]) or any(word in low for word in _WH_WITHIN)
    told = any(word in f" {low}" for word in _TOLD) or low.startswith(_PAST) or low.endswith(_PAST_ENDS)
    return not told and not open_ones and not low.startswith(_AND) and (wide or len(words) >= 3)


def _speaks_to_you(low: str) -> bool:
    return any(word in low for word in _TO_YOU) and not any(word in low for word in _TOLD)


def _is_request(sentence: str) -> bool:
    """Whether a sentence without a question mark wants an answer."""
    low = sentence.lower().lstrip("¡¿ ").removeprefix("and ").removeprefix("so ").removeprefix("then ")
    bare = " ".join(word for word in low.split() if word.strip(",") not in _FILLERS)
    behind_dash = bare.replace(" – ", " — ").rpartition(" — ")[2]
    wants = low.startswith(_REQUESTS) or bare.startswith(_REQUESTS) or behind_dash.startswith(_REQUESTS)
    wants = wants or low.rstrip(_ENDS + ": ").endswith(_REQUEST_ENDS)
    wants = wants or (low.startswith(_DO) and any(word in low for word in _THEN_I))
    return wants and not any(word in low for word in _COURTESIES)


def _is_advice(text: str) -> bool:
    """Whether a paragraph only recommends an answer, notes something, waits, or says behind an emoji how things are."""
    low = text.lower().lstrip("*_ ")
    drawn = ord(text[0]) >= 0x2190 and not text[0].isalnum() and not 0x3000 <= ord(text[0]) < 0xFF00
    return drawn or low.startswith((*_ADVICE, *_WAITS))
