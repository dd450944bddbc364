"""The words by which core/questions.py tells a question or a request, in a dozen languages: tables, and nothing else.

A sentence is looked at in lower case, with a blank before and behind it, and one before a comma or a colon.
"""

from __future__ import annotations

# What speaks to the user. A sentence is looked at in lower case, with a blank before and behind it.
TO_YOU = (
    " you ", " your ", " you'd ", " shall i ", " should i ", " may i ", " can i ", " could i ", " do i ", " want me ",
    " me to ", " shall we ", " should we ", " soll ich ", " darf ich ", " kann ich ", " möchtest ", " möchten sie ",
    " willst ", " wollen sie ", " sollen wir ", " dir ", " dich ", " dois-je ", " puis-je ", " voulez-", " veux-tu ",
    " souhait", " préfér", " faut-il ", " vous ", " tu ", " quieres ", " quiere ", " debo ", " puedo ", " prefier",
    " sigo ", " te ", " vuoi ", " vuole ", " posso ", " preferisc", " quer ", " prefere", " você ", " хотите",
    " хочешь", " мне ", " вы ", " вам ", " можно ", " предпоч", " czy mam ", " chcesz ", " mogę ", " wolisz ",
    "eyim m", "ayım m", " ister mi", " tercih", "ましょうか", "よろしい", "いいですか", "どちら", "ますか", "要我",
    "我应该", "你", "您", "是否", "할까요", "될까요", "드릴까요", "시나요", "시겠", "هل تريد", "تفضل", " أن أ",
    "می‌خواهید", "می‌دهید", "بدهم", " θέλ", " προτιμ", " να ", " puedes ", " podrías ", " tienes ", " pasas ",
    " hago ", " empiezo ", " podes ", " poderia ", " devo ", " faço ", " puoi ", " potresti ", " faccio ",
    " peux-tu ", " pouvez-", " pourriez-", " as-tu ", " avez-", " kannst ", " können sie ", " könnten sie ",
    " könntest ", " hast ", " haben sie ", " brauchst ", " magst ", " можешь", " можете", " могли бы ", " нужно ли ",
    " надо ли ", " ты ", " тебе ", " możesz ", " mógłbyś ", " masz ", "abilir mi", "ebilir mi", "いただけ", "もらえ",
    "くれます", "能否", "可以", " zal ik ", " mag ik ", " moet ik ", " kan ik ", " zullen we ", " wil je ",
    " wilt u ", " kun je ", " kunt u ", " heb je ", " heeft u ", " jij ", " jou ", " jouw ", " bedoel je ",
    " vind je ", " voorkeur ", " поступ", " nous procéd", " procediamo ", " procedemos ", " seguimos ", " gehen wir ",
    " machen wir ", " we proceed ", " we go on ", " robimy ", " postąpić ", " gaan we ", "どうしますか", "怎么办",
    "怎么做",
)  # fmt: skip
# What a person, or a text about one, was asked before.
TOLD = (
    " answers ", " beantwort", " répond à ", " responde a ", " risponde a ", " отвечает на ", " odpowiada na ",
    " asked ", " asks ", " may ask ", " might ask ", " wonder", " fragte ", " fragst dich ", " fragen sich ",
    " demand", " preguntó ", " preguntarás ", " pergunt", " спросил", " спросите ", "と思う", "也许会问", "可能会问",
)  # fmt: skip
# What is asked of nobody: praise, wonder, the end of a good report.
RHETORICAL = (
    "you know what", "can you believe", "would you believe", "guess what", "remember the", "remember when",
    "see the difference", "notice the", "the question is", "the question was", "weißt du was", "kaum zu glauben",
    "kannst du das glauben", "tu sais quoi", "vous savez quoi", "incroyable , non", "sabes qué", "te lo puedes creer",
    "te lo crees", "sabe o quê", "sabe o que", "acredita que", "знаешь что", "знаете что", "представляете",
    "你知道吗", "你敢信", "anything else", "something else", "any questions", "any other questions",
    "further questions", "noch etwas", "sonst noch", "noch fragen", "autre chose", "d'autres questions", "algo más",
    "alguna pregunta más", "mais alguma coisa", "mais alguma dúvida", "qualcos'altro", "altre domande",
    "что-нибудь ещё", "ещё что-нибудь", "ещё вопросы", "coś jeszcze", "他に何か", "ほかに何か", "还有什么需要",
    "还有其他", "다른 도움", "what's not to like", "what more ", "what else could you want", "who knew",
    "who would have ", "who'd have ", "isn't it great", "isn't that great", "isn't that nice", "isn't it nice",
    "how cool is", "how about that", "was will man mehr", "wer hätte das", "wer hätte ge", "ist das nicht toll",
    "ist das nicht schön", "que demander de plus", "que demande le peuple", "qui l'eût cru", "qui aurait cru",
    "qui aurait pensé", "elle est pas belle", "qué más se puede", "quién lo diría", "quién iba a ", "no es genial",
    "cosa volere di più", "chi l'avrebbe ", "non è fantastico", "non è bello", "quem diria", "quem poderia imaginar",
    "não é ótimo", "não é incrível", "não é demais", "que mais se pode", "чего ещё желать", "чего еще желать",
    "кто бы мог ", "разве не здорово", "не правда ли", "kto by pomyśl", "czego chcieć więcej", "daha ne olsun",
    "kim derdi", "还有什么可", "还有什么好挑", "谁能想到", "谁会想到", "岂不", "誰が想像", "誰が思", "最高じゃない",
    "すごくないですか", "누가 알았", "verder nog", "nog vragen", "nog iets anders", "wie had dat ",
)  # fmt: skip
# How a request begins that wants an answer, or waits for one, and what makes the same words a mere courtesy.
REQUESTS = (
    "please tell me", "tell me ", "please confirm", "confirm that", "confirm whether", "please choose", "choose one",
    "please pick", "pick one", "please provide", "please paste", "please share", "please send", "please give",
    "please specify", "please run", "please decide", "let me know", "waiting for your", "awaiting your",
    "i need your", "i need you to", "i need to know", "your call", "over to you", "reply with", "answer with",
    "please advise", "please clarify", "please answer", "please respond", "please reply", "sag mir", "sagen sie mir",
    "gib mir bescheid", "gib bescheid", "bitte sag", "bitte bestätig", "bitte wähl", "bitte entscheid", "bitte nenn",
    "bitte gib", "bitte teil", "bitte schick", "nenn mir", "nenne mir", "nennen sie mir", "teil mir",
    "teilen sie mir", "schick mir", "lass mich wissen", "dites-moi", "dis-moi", "indiquez-moi", "indique-moi",
    "précisez", "précise ", "donnez-moi", "envoyez-moi", "faites-moi savoir", "fais-moi savoir", "veuillez ",
    "choisissez", "merci de confirmer", "merci de me ", "dime", "dímelo", "dígame", "confirma", "confírm", "elige",
    "elija", "escoge", "indica", "indíca", "pásame", "envíame", "necesito que ", "necesito saber", "avísame",
    "avíseme", "dimmi", "mi dica", "fammi sapere", "mi faccia sapere", "mandami", "inviami", "conferma", "scegli",
    "me diga", "diga-me", "diga ", "me fala", "me informe", "informe ", "me envie", "preciso saber", "confirme",
    "escolha", "me avise", "avise", "скажите", "скажи ", "подскажи", "уточни", "укажи", "пришли", "напишите",
    "ответьте", "решите", "подтверди", "выбери", "дайте знать", "дай знать", "сообщите", "powiedz", "podaj", "napisz",
    "potwierdź", "wybierz", "daj znać", "أخبرني", "أكد", "اختر", "لطفا", "πείτε μου", "πες μου", "επιβεβαι",
    "διαλέξτε", "请告诉我", "告诉我", "请确认", "请选择", "请提供", "请指定", "请回复", "请说明", "是否",
    "laat me weten", "laat het me weten", "laat mij weten", "laat weten", "geef aan", "geef door", "geef me",
    "zeg me", "zeg het", "vertel me", "bevestig", "kies een", "graag hoor ik", "graag je ", "graag uw ",
    "i'll wait for your", "i will wait for your", "i'm waiting for your", "i am waiting for your",
    "ich warte auf dein", "ich warte auf ihre", "j'attends votre", "j'attends ta ", "j'attends ton ",
    "j'attends vos ", "espero tu ", "espero su ", "quedo a la espera de ", "attendo la tua", "attendo una tua",
    "attendo conferma", "aspetto la tua", "aguardo sua", "aguardo a sua", "aguardo tua", "aguardo a tua",
    "aguardo confirma", "жду вашего", "жду твоего", "жду подтверждения", "жду решения", "czekam na tw",
    "czekam na potwierdz", "czekam na decyz", "ik wacht op je ", "ik wacht op jouw", "ik wacht op uw", "等你", "等您",
    "等待你", "等待您", "say the word", "reply x", "antworte mit", "antworten sie", "réponds", "répondez",
    "responde x", "responde con x", "responda x", "responda com x", "rispondi", "ответь ", "odpowiedz",
    "antwoord met", "ein wort genügt", "proszę o ", "прошу подтверд", "прошу выбр", "прошу решить", "прошу уточн",
    "прошу сообщ", "bitte um best", "bitte um freigabe", "ich bitte um best", "ich bitte um freigabe", "graag een ",
    "zeg of ", "zeg welke", "zeg wat ", "麻烦你", "麻烦您", "劳烦", "烦请", "请你", "请您",
)  # fmt: skip
COURTESIES = (
    "any question", "any further question", "if anything", "si quelque chose", "si algo", "se algo", "se qualcosa",
    "jeśli coś", "als er iets", "als iets", "何か", "bir sorun", "bir şey", "anything is", "anything else",
    "anything looks", "how it goes", "unclear", "something else", "any issue", "any problem", "need anything",
    "run into", "when you", "once you", "falls etwas", "questions.", "des questions", "de question", "domande",
    "dúvida", "duda", "سؤال", "有问题", "вопросы", "непонятно", "pytania", "ερωτήσεις", "如有", "algo más",
    "algo mas", "lo que necesites", "mais alguma coisa", "algo mais", "precisar", "autre chose", "si besoin",
    "besoin d'autre", "qualcos'altro", "qualcosa non", "noch etwas", "noch was", "sonst noch", "nicht passt",
    "что-то ещё", "что-то еще", "что-нибудь", "если что", "coś jeszcze", "czegoś jeszcze", "其他问题", "别的",
    "任何问题", "vragen", "nog iets", "iets anders", "problemen", "onduidelijk", "ばお知らせください",
    "らお知らせください", "点はお知らせください", "合はお知らせください", "sorunuz olursa", "궁금한", "その他",
    "他に",
)  # fmt: skip
# How a request ends, where languages put it there.
REQUEST_ENDS = (
    "教えてください", "教えて下さい", "をお知らせください", "をご連絡ください", "をお聞かせください",
    "選んでください", "お選びください", "ご指示ください", "指定してください", "か確認をお願いします",
    "かご確認ください", "か確認してください", "か、ご確認ください", "ご指示をお待ちしています",
    "ご回答をお待ちしています", "お返事をお待ちしています", "söyleyin", "söyleyin lütfen", "bildirin", "seçin",
    "지 알려 주세요", "지 알려주세요", "지 말씀해 주세요", "을 알려 주세요", "를 알려 주세요", "을 알려주세요",
    "를 알려주세요", "골라 주세요", "선택해 주세요", "지 확인 부탁드립니다", "지 확인해 주세요", "지 확인해주세요",
    "선택 부탁드립니다", "결정 부탁드립니다", "답변 부탁드립니다", "답변을 기다리겠습니다", "확인을 기다리겠습니다",
)  # fmt: skip
FILLERS = {
    "just", "please", "simply", "kurz", "bitte", "einfach", "doch", "even", "gewoon", "alsjeblieft", "simplement",
    "mi", "mir", "mij", "maar", "eens", "juste", "semplicemente", "solo", "sólo", "apenas", "просто", "пожалуйста",
    "proszę", "po", "prostu",
}  # fmt: skip
# Politeness that may stand before a request.
POLITE = (
    "por favor, ", "por favor ", "s'il vous plaît, ", "s'il te plaît, ", "per favore, ", "per favore ",
    "per piacere, ", "пожалуйста, ", "lütfen ",
)  # fmt: skip
# What only you can give …
YOURS = (
    "decision from you", "your decision", "your input", "your approval", "your ok", "your go-ahead",
    "your permission", "your confirmation", "your consent", "your sign-off", "from you ", "one thing from you",
    "deine entscheidung", "ihre entscheidung", "dein ok", "ihr ok", "deine freigabe", "ihre freigabe",
    "deine zustimmung", "ihre zustimmung", "deine bestätigung", "ihre bestätigung", "von dir ", "von ihnen ",
    "votre accord", "ton accord", "votre feu vert", "ton feu vert", "votre décision", "ta décision",
    "votre confirmation", "ta confirmation", "votre validation", "tu visto bueno", "su visto bueno",
    "tu confirmación", "su confirmación", "tu aprobación", "su aprobación", "tu decisión", "su decisión", "tu ok",
    "sua aprovação", "sua confirmação", "sua decisão", "seu ok", "seu aval", "la tua approvazione", "la tua conferma",
    "la tua decisione", "il tuo ok", "il tuo via libera", "вашего соглас", "ваше соглас", "ваше решени",
    "вашего решени", "ваше подтвержд", "вашего подтвержд", "твоё соглас", "твоё решени", "twojej zgody",
    "twoja zgoda", "twojej decyzji", "twoja decyzja", "twojego potwierdzenia", "potwierdzenia", "je akkoord",
    "jouw akkoord", "uw akkoord", "je toestemming", "je beslissing", "je goedkeuring", "ご承認", "ご判断", "ご了承",
    "你的确认", "您的确认", "你的同意", "您的同意", "你的决定", "您的决定", "onayınız", "onayın ", "onayını",
    "kararınız", "승인", "결정이",
)  # fmt: skip
# … and that it is needed.
NEED = (
    " need ", " needs ", " needed before ", " waiting for ", " wait for ", " awaiting ", " requires ", " brauche ",
    " bräuchte ", " braucht ", " warte ", " fehlt ", " benötige ", " besoin ", " attends ", " faut ", " manque ",
    " necesito ", " necesita ", " espero ", " falta ", " preciso ", " precisa ", " aguardo ", " serve ", " bisogno ",
    " aspetto ", " attendo ", " manca ", " нужно ", " нужна ", " нужен ", " жду ", " требуется ", " potrzebuję ",
    " potrzebna ", " potrzebne ", " czekam ", " nodig ", " wacht ", "必要", "お待ち", "お願い", "需要", "等",
    " gerek", "bekliyorum", "필요", "기다",
)  # fmt: skip
NEED_TO_KNOW = (
    " i need to know ", " i have to know ", " muss ich wissen", " ich muss wissen", " müsste ich wissen",
    " besoin de savoir", " necesito saber", " me falta saber", " preciso saber", " mi serve sapere", " devo sapere",
    " мне нужно знать", " мне надо знать", " muszę wiedzieć", " moet ik weten", " moet ik nog weten",
)  # fmt: skip
# Consent is asked for by what follows from it.
IF_AGREED = (
    " if you're happy ", " if you are happy ", " if you agree", " if that's fine", " if that's ok", " if that works",
    " if this works", " if this looks ", " if that looks ", " wenn das passt", " wenn das so passt",
    " wenn es so passt", " wenn du einverstanden", " wenn sie einverstanden", " wenn das für dich", " si ça vous va",
    " si cela vous va", " si ça te va", " si cela vous convient", " si vous êtes d'accord", " si tu es d'accord",
    " si estás de acuerdo", " si te parece", " si le parece", " se concordar", " se estiver de acordo",
    " se você concorda", " se va bene", " se sei d'accordo", " se ti va bene", " если согласны", " если ты не против",
    " если вы не против", " если всё устраивает", " если вас устраивает", " jeśli pasuje", " jeśli się zgadzasz",
    " jeśli to ok", " als je akkoord", " als u akkoord", " als dat goed is", "問題なければ", "よければ",
    "よろしければ", "如果没问题", "如果可以的话", "如果同意", " uygunsa", " onaylıyorsan", "괜찮으시면", "괜찮다면",
    "문제없으면",
)  # fmt: skip
TELL = (
    " tell me", " let me know", " say so", " say ", " give me ", " confirm", " sag ", " gib ", "bescheid", "dis-le",
    "dites", " dis-moi", " dime", " dilo", " avís", " diga", " avise", " fammi ", " dimmi", " скаж", " напиш", " дай",
    " daj ", " powiedz", " laat ", " zeg ", "お知らせ", "教えて", "ご連絡", "告诉", "回复", "söyle", "haber ver",
    "알려", "말씀",
)  # fmt: skip
OR = (" or ", " oder ", " ou ", " o ", " или ", " lub ", " albo ", " of ", " veya ", " ya da ", "还是", "それとも")
# How a sentence goes on by an answer: what it begins with, and who does it.
THEN = (
    ("then i'll ", "i'll "), ("then i will ", "i will "), ("then i can ", "i can "), ("dann ", " ich "),
    ("dan ", " ik "), ("alors je ", "je "), ("entonces ", " "), ("então eu ", "eu "), ("allora ", " "),
    ("тогда я ", "я "), ("wtedy ", " "),
)  # fmt: skip
# What to do, so that the session goes on.
DO = ("type ", "say ", "reply ", "paste ", "send ", "share ", "run ", "schreib", "écri", "напиши", "typ ", "schrijf ")
THEN_I = (" and i'll ", " and i will ", " and i can ", " dann ", " und ich ", " et je ", " и я ", " dan ", " en ik ")
ENDS_AS_QUESTION = ("ますか", "ですか", "ましょうか", "でしょうか", "까요", "나요", "습니까", "吗")
OPTION = {"option", "variante", "opción", "opzione", "opção", "вариант", "wariant", "seçenek"}
WAITS = (
    "i'll wait", "i will wait", "i am waiting", "i'm waiting", "ich warte", "j'attends", "a la espera", "espero tu",
    "aspetto", "aguardo", "жду", "czekam", "bekliyorum", "お待ち", "待ちます", "等你", "等您", "기다", "if so",
    "if yes", "if not,", "falls ja", "wenn ja", "si oui", "dans ce cas", "si es así", "en ese caso", "se sim",
    "depends on", "that decides", "hängt ab", "hängt davon", "en dépend", "depende de eso", "de eso depende",
    "disso depende", "depende disso", "dipende da questo", "от этого зависит", "od tego zależy", "取决于",
    "によって決ま", "ik wacht", "zo ja", "in dat geval", "nesse caso", "se sì", "in tal caso", "если да",
    "в этом случае", "jeśli tak", "その場合", "そうなら", "如果是", "如果可以",
)  # fmt: skip
# What asks for more than yes or no, among the first words, or anywhere in scripts without blanks.
WH = {
    "what", "what's", "why", "how", "who", "who's", "when", "where", "which", "whose", "was", "warum", "wieso",
    "weshalb", "wie", "wer", "wem", "wen", "wann", "wo", "wozu", "wohin", "welche", "welcher", "welches", "welchen",
    "quoi", "pourquoi", "comment", "qui", "quand", "où", "quel", "quelle", "quels", "quelles", "que", "qu'est-ce",
    "combien", "qué", "cómo", "quién", "cuándo", "dónde", "cuál", "cuáles", "cuánto", "cuánta", "como", "quem",
    "quando", "onde", "qual", "quais", "quanto", "che", "cosa", "perché", "come", "chi", "dove", "quale", "quali",
    "что", "почему", "зачем", "как", "кто", "когда", "где", "какой", "какая", "какие", "какую", "сколько", "co",
    "dlaczego", "jak", "kto", "kiedy", "gdzie", "który", "która", "które", "ne", "neden", "nasıl", "kim", "hangi",
    "kaç", "why's", "wat", "waarom", "waardoor", "hoe", "wanneer", "waar", "welke", "welk", "hoeveel",
}  # fmt: skip
WH_WITHIN = (
    "何", "なぜ", "どう", "誰", "いつ", "どこ", "どれ", "どの", "たら", "什么", "怎", "谁", "哪", "如何", "多少",
    "如果", "무엇", "왜", "어떻게", "누가", "누구", "언제", "어디", "얼마", "어느", "لماذا", "كيف", "ماذا", "چرا",
    "چه",
)  # fmt: skip
AND = ("and ", "und ", "et ", "e ", "y ", "и ", "а ", "ve ", "so ", "but ", "if ", "wenn ", "si ", "se ", "если ")
YES_NO = {
    "yes", "no", "yep", "nope", "yeah", "ja", "nein", "oui", "non", "sí", "sì", "sim", "não", "да", "нет", "tak",
    "nie", "nee", "نعم", "لا", "بله", "خیر", "ναι", "όχι", "evet", "hayır",
}  # fmt: skip
# How what follows answers without yes or no, or says what to do for whom the question fits.
ANSWERS = {
    "absolutely", "definitely", "certainly", "sure", "of", "maybe", "perhaps", "probably", "partly", "mostly",
    "almost", "not", "never", "nothing", "nobody", "barely", "hardly", "none", "perfectly", "run", "use", "try",
    "set", "see", "check", "add", "open", "pass", "call", "klar", "natürlich", "sicher", "eher", "kaum", "vielleicht",
    "wohl", "nicht", "nichts", "teilweise", "absolut", "bestimmt", "führe", "nutze", "setze", "nimm", "verwende",
    "parfaitement", "absolument", "bien", "peut-être", "probablement", "pas", "presque", "jamais", "rien", "lancez",
    "lance", "utilisez", "utilise", "exécutez", "perfectamente", "claro", "por", "quizá", "quizás", "casi", "nada",
    "nunca", "ejecuta", "usa", "utiliza", "perfeitamente", "talvez", "quase", "rode", "execute", "certo",
    "perfettamente", "forse", "quasi", "niente", "esegui", "отлично", "конечно", "возможно", "почти", "нисколько",
    "ничего", "скорее", "запустите", "запусти", "используйте", "oczywiście", "pewnie", "może", "prawie", "elbette",
    "belki", "tabii",
}  # fmt: skip
# … or with an opinion.
OPINIONS = (
    "i think", "i believe", "i guess", "i'd say", "i'd argue", "apparently", "seems ", "looks like", "only ", "just ",
    "unless ", "untested", "works ", "ich denke", "ich glaube", "ich meine", "ich finde", "anscheinend", "offenbar",
    "scheint ", "nur ", "ungetestet", "dann ", "sieht ", "funktioniert ", "je pense", "je crois", "je dirais",
    "apparemment", "il semble", "seulement ", "uniquement", "creo que", "diría que", "al parecer", "parece ", "sólo ",
    "acho que", "diria que", "ao que parece", "só ", "apenas ", "credo ", "direi ", "a quanto pare", "solo ", "думаю",
    "считаю", "кажется", "похоже", "только ", "видимо", "myślę", "chyba ", "wygląda", "tylko ", "sanırım", "galiba",
    "我认为", "我觉得", "看来", "似乎", "只", "それなら",
)  # fmt: skip
# What happened is asked of oneself, where the answer follows.
PAST = (
    "did ", "was ", "were ", "has ", "had ", "hat ", "hatte ", "war ", "waren ", "wurde ", "a-t-", "fue ", "fueron ",
    "funcionó", "foi ", "foram ", "funcionou", "valeu", "ha funzionato", "è stato", "стоило ", "сработал", "помогло",
    "было ли", "получилось", "zadziałał", "udało się", "worth ", "vale la pena", "vale a pena", "cela vaut-il",
    "lohnt ", "lohnte ", "值得",
)  # fmt: skip
PAST_ENDS = ("ましたか", "でしたか", "了吗", "었나요", "았나요", "oldu mu", "dı mı", "di mi")
BUT = {"but", "though", "aber", "allerdings", "mais", "pero", "mas", "ma", "но", "однако", "ale", "ama", "fakat"}
BUT_WITHIN = ("ですが", "けれど", "が、", "但", "不过", "지만")
ANSWER_BEGINS = (
    "問題なく", "もちろん", "たぶん", "ほぼ", "完全", "当然", "可能", "几乎", "没问题", "물론", "아마", "거의",
    "はい", "いいえ", "是的", "不", "没有", "네", "아니",
)  # fmt: skip
NO = {"no", "não", "non", "nie"}  # these begin sentences too
OPEN_WORDS = (
    "what ", "why ", "how ", "who ", "when ", "where ", "was ", "warum ", "wie ", "pourquoi ", "comment ", "waarom ",
    "wat ", "hoe ", "por qué ", "cómo ", "perché ", "come ", "por que ", "почему ", "как ", "dlaczego ", "neden ",
)  # fmt: skip
# How a paragraph begins that recommends, or notes something.
ADVICE = (
    "recommend", "my recommendation", "i would ", "i'd ", "i suggest", "my suggestion", "my preference", "suggested",
    "empfohlen", "empfehlung", "mein vorschlag", "ich würde ", "recommandé", "je recommande", "je suggère",
    "recomend", "raccomand", "consiglio", "рекоменд", "я бы ", "おすすめ", "推荐", "建议", "추천", "öneri", "zaleca",
    "default:", "i lean ", "i'm leaning ", "leaning ", "i prefer ", "i favor ", "i favour ", "my pick ", "my vote ",
    "ich tendiere ", "tendenz", "ich bevorzuge ", "ich bin für ", "lieber wäre ", "je penche", "je préfère ",
    "ma préférence", "à mon avis", "me inclino ", "yo haría ", "yo iría ", "prefiero ", "sugiero ", "eu iria ",
    "eu faria ", "eu prefiro ", "prefiro ", "sugiro ", "sugestão", "io farei ", "preferirei ", "propendo ",
    "suggerisco ", "я склоняюсь ", "склоняюсь ", "предлагаю ", "мой выбор", "skłaniam ", "proponuję ", "wolał",
    "個人的には", "私は", "推奨", "我倾向", "我更倾向", "我觉得", "我选", "倾向于", "aanbevolen", "aanbeveling",
    "mijn voorstel", "ik zou ", "ik raad ", "advies", "note:", "note that ", "heads-up", "heads up", "fyi", "hinweis",
    "anmerkung", "remarque", "à noter", "nota:", "nota bene", "observação", "attenzione", "let op", "opmerking",
    "uwaga", "примечание", "обратите внимание", "注意", "注:", "注：", "補足", "备注", "참고", "주의",
)  # fmt: skip
