// The question aid. While somebody writes a question, it looks whether the sentence holds advice, the answer that the
// asker expects, or only yes and no; while somebody writes a case, whether a name stands in it. All of it on this
// device: nothing is sent, counted or kept. What it says is in server/script.py, in the language of the page; what it
// offers instead is below, because that follows the language of the sentence.
//
// SHAPES. A sentence is looked at in small letters, without the words before it ("En", "Oké, maar", "So"), its commas
// and its question mark as words of their own. A shape is a regular expression over whole words with extra signs:
//   ^        here a clause may begin: at the start, after a comma, after "en" or "but"
//   ^^       here the whole sentence begins
//   …        some words, or none
//   YOU      in capitals: one of the words that `words` of the language lists
// A group is [kind, what is offered instead, shapes, said]; the first that fits counts. `said`: looked for only where
// nothing is asked openly, so that "Je moet veel van jezelf: waar komt dat vandaan?" is left alone. What is in `fine`
// looks closed, or like advice, and is neither.
const A = 'advice',
  S = 'suggestive';
const nl = {
  hears: 'de|het|een|je|jij|jou|jullie|ik|hij|zij|ze|dat|dit|niet|wat|hoe|wie|waar|waarom|welke?|en|van|voor|om|te|er|u|ben|hebt?|zou|kun|naar|aan|bij|op|als|wel|al|geen',
  leads: 'en|maar|dus|want|nou|nu|ok[eé]?|ja|nee|goh|tja|hm+|h[eé]|hey|hoi|trouwens|eerlijk gezegd|sorry|(?:vraagje|mijn vraag is|ik vraag me af|ik (?:zit te denken|ben (?:wel )?(?:benieuwd|nieuwsgierig)(?: naar)?)|uit nieuwsgierigheid|(?:misschien |dit is )?een \\p{L}+ vraag)',
  joins: 'en|maar|dus|want|of',
  typing: [['(heb|zou|kun|kan|ben|moet|wil|ga|vind|denk|voel)je', '$1 je'], ['nie', 'niet'], ['eff?e|ff', 'even'], ['mss|miss', 'misschien'], ['zoudt|zoude', 'zou'], ['wel eens', 'weleens'], ['(al|ooit) (is|es)', '$1 eens']],
  words: {
    YOU: 'je|jij|u|ge|gij|jullie',
    THEM: 'YOU|hij|zij|ze|het|dat|dit|er',
    WH: 'wat|hoe|hoezo|hoelang|hoeveel|wie|wiens|waar\\p{L}*|wanneer|welke?|in hoeverre|op een schaal|stel|\\p{L}{2,5} (?:wie|wat|welke?|hoever)',
    FINITE: 'bent?|is|zijn|was|waren|he(?:bt?|eft|bben)|hadd?\\p{L}*|kan|kunt?|kunnen|kon|wilt?|wilde|wou|zal|zou\\p{L}*|moet\\p{L}*|moest|mag|mocht|gaa?t?|ging|doet?|deed|vindt?|vond|denkt?|dacht|weet|weten|wist|klopt|voelt?|voelde|lukte?|werkt?|werkte|helpt|hielp|komt?|kwam|ligt|lag|staa?t?|stond|speelt?|speelde|hoort?|krijgt?|merkt?|zie|ziet|zag|durft?|kent?|kende|hoeft?|maakte?|wordt?|werd|blijft?|zit|laat|neemt?|geeft?|zegt?|herkent?',
    // What somebody does about it
    MODAL: 'zou|zouden|kan|kunt?|kunnen|moet|moeten|mag|hoeft?',
    DONE: '(?!gewoon|geen|gezin|geduld|geld|gevoeld|gehoord|gemerkt|gezien|gehad|geleerd|gekregen|gekozen|gewerkt|gevonden|gebeurd|gemist|meegemaakt)(?:\\p{L}{2,5})?ge\\p{L}+[dtn]|overwogen',
    TALKED: '\\p{L}*(?:gesproken|gepraat|gevraagd|gezegd|gelegd|gegeven|gebeld|gemaild|gemeld|gezocht|geschakeld|genodigd|gekaart)|over gehad|besproken|overlegd|verteld|betrokken',
    ACT: '\\p{L}{2,}en(?<!slapen|voelen|omgaan|kunnen|moeten|willen|begrijpen|zien|weten|vinden|leven|hebben|worden|blijven|volhouden|tegen|mensen|geen)(?= (?:[?,]|om|dat|of|door|voor|als|met|bij|aan|in|$))',
    DOES: '\\p{L}*(?:belt|vraagt|zegt|gaat|neemt|stuurt|laat|legt|maakt|probeert|probeerde|begint|stopt|praat|spreekt|geeft|zoekt|schrijft)',
    IMP: 'praat|ga|vraag|bel|zeg|probeer|stop|neem|doe|laat|zoek|schrijf|mail|maak|geef|kijk|wacht|blijf|begin|leg|(?:be)?spreek|overleg|stuur|plan|zet|hou|zorg',
    JUST: 'gewoon|eens|een keer|toch|nou|eerst|even',
    NUDGE: 'een keer|al|reeds|ooit|weleens|eens|niet|gewoon|nooit',
    BETTER: 'beter|handig(?:er)?|verstandig(?:er)?|slim(?:mer)?|wijs|zinvol|(?:idee|plan|optie|tijd|moment|kans|mogelijkheid|manier)|mogelijk|oplossing|\\p{L}+(?:iger|ijker|ijner)|niet goed|niet fijn|wat|leuk',
    HELP: 'helpen|\\p{L}*denken|\\p{L}*nemen|bijspringen|\\p{L}*steunen|betekenen|bemiddelen|begeleiden|meekijken',
    TELL: 'vertellen|zeggen|delen|aangeven|noemen|schetsen|\\p{L}*schrijven|toelichten|uitleggen|verduidelijken|meenemen|voorstellen',
    FEELING: 'erg|boos|bang|vervelend|verdrietig|frustrerend|pijnlijk|teleurgesteld|kwaad|gekwetst|schuldig|onveilig|rot|stom|oneerlijk|machteloos|eenzaam|onzeker|naar|moe',
  },
  fine: [
    // Closed in form, an invitation in fact: "Kun je een voorbeeld geven?"
    '^^(kan|kunt?|zou|wilt?|mag) (YOU|ik) (?!(.+ )?(niet|geen|gewoon|tip|advies|voorstellen [?]) )(.+ )?(voorbeeld|concreter|(iets|wat|meer|ons|me|mij|eens|dat|dit|die|het|willen) (.+ )?TELL|TELL (over|WH)|meer over)',
    '^^mag ik … vragen',
    '^^(vertel|beschrijf|schets|noem|omschrijf|help (me|ons)|neem (me|mij|ons)|stel (je|jezelf)|IMP (eens|even|daar|dat|ons|me) … (terug|voorbeeld|uit|over|WH))',
    '^^(weet|herinner|zie|merk|herken|heb) YOU (je )?(nog |ook |al |een |enig )*((idee|beeld|gevoel) (van |bij )?)?(WH)',
    '^^ik (zou|wil) … (weten|horen|vragen|begrijpen)',
  ],
  groups: [
    // Have you tried, have you thought of: there is a plan behind the question
    [A, 'Met wie heb je het al besproken?', ['^(he(?:bt?|eft|bben)|had|is|zijn|was|werd) … (TALKED|overwogen … (bespreken|praten|overleggen))']],
    [A, 'Wat heb je al geprobeerd?', [
      '^(hebt?|heeft|hebben|had) YOU (?!(.+ )?(iets|wat) )… (geprobeerd|overwogen|gedacht (aan|om|over)|aan gedacht)',
      '^(hebt?|heeft|hebben|had|bent?) YOU … NUDGE … DONE',
      '^^NUDGE … DONE',
    ]],
    // Why don't you, what keeps you from: the action is named, only a reason against it is asked for
    [A, 'Wat houdt je tegen?', [
      '^waarom (?!wil|wou|kan|kun|kon|durf|mag|weet|wist|vind|vond|voel|begrijp|geloof|vertrouw|heb|had|ben|was|deed|zei|ging|luk)\\p{L}+ YOU … (niet|geen|nooit)',
      '^waarom \\p{L}+ YOU … (niet|geen|nooit) … (JUST|beter|DONE)',
      '^waarom (dan )?(niet|geen|gewoon) \\p{L}+',
      '^wat (houdt|let|weerhoudt|belet|hield|weerhield) YOU … om (?!(.+ )?te doen)… te \\p{L}+',
      '^durft? YOU … te',
    ]],
    // Could somebody else not do it
    [A, 'Wie kan je hierin steunen?', [
      '^MODAL (?!(THEM|ik|we) )… (niet|geen|HELP)',
      '^(is|zijn) er … (geen|niet|niemand|die … (HELP|ACT|kan|zou|wil))',
    ]],
    // Could you not, would it not be better, would it help: an offer with a question mark
    [A, 'Welke mogelijkheden zie je zelf?', [
      '^(MODAL|wilt?|had) (YOU|we) … (beter|gewoon|misschien|eens|liever)',
      '^MODAL (?!(het|dat) (.+ )?(zijn|kunnen|kloppen|liggen|komen) )(THEM|we) … (niet|geen|helpen|schelen|werken|iets (aan|zijn))',
      '^had YOU … (kunnen|moeten)',
      '^(kunt?|kan|zou|gaa?t?) (YOU|we) … ACT',
      '^(is|zijn|zou|was|lijkt|wordt|kan|vind YOU|helpt|scheelt|werkt) … (BETTER (om|als|dat|voor|te|zijn|zou|waarop)|(iets|niks|niets) (voor|om|wat|dat))',
      '^(helpt|scheelt|werkt) (het|dat) … (om|als|door)',
      '^(vindt?|denkt?|gelooft?) YOU … dat … (moet|moeten|beter|helpt|helpen|hoort)',
      '^(bent?|zou) YOU … (bereid|bekend met)',
      '^\\p{L}+ YOU … (zitten om|open(staan)? voor|ervoor om)',
      '^of YOU … (beter|gewoon|eens|weleens|al)',
      '^IMP YOU … (wel|weleens|ooit|genoeg|voldoende)',
      '^kent? YOU … (boek|methode|cursus|training|model|techniek|oefening|app|podcast|cirkel)',
      '^wist YOU dat',
      '^zie YOU … (mogelijkheden|mogelijkheid|kans|ruimte) om',
    ]],
    // What if you, what about, when will you at last: the answer stands in the question
    [A, 'Welke mogelijkheden zie je zelf?', [
      '^wat als YOU (?!niet|niets|niks|het niet)… (DOES|ACT|JUST|hem|haar|hen|met|naar|meer|minder)',
      '^(wat|hoe|stel) (zou … als|dat) YOU … (gewoon|eens|een keer)',
      '^hoe zou (het|dat) … zijn … (om … (JUST|ACT)|als YOU … (hem|haar|DOES))',
      '^wat (dacht YOU … van|(vindt?|denkt?|zou) YOU (er)?van … (om|als YOU|het idee|het voorstel)|(mij|me|ons) … (hielp|helpt|werkte?))',
      '^hoe staa?t? YOU tegenover',
      '^wanneer (gaa?t? YOU … (eindelijk|ACT)|(IMP|vertel) YOU (het|hem|haar))',
      '^ik (denk|vind) dat YOU … (beter|moet|moeten|zou|kunt|kan)',
      '^mag ik … (voorstellen|aanraden|meegeven)',
    ]],
    // Said outright
    [A, 'Welke mogelijkheden zie je zelf?', [
      '^YOU (moet|moest|hoeft?)',
      '^YOU (zou|kunt?|kan|mag|had) … (beter|gewoon|altijd|ook|eens|misschien|best|kunnen|moeten|ACT)',
      '^(volgens mij|dan|daar|hier|eerst) (moet|zou|kunt?|kan) (YOU|ik)',
      '^(ik zou|als ik (jou|u|je|jij) was)',
      'in (jouw|uw) (plaats|schoenen|geval)',
      '(mijn|een) (tip|advies|suggestie)',
      '^^(tip|desnoods|gewoon|anders|(niet )?BETTER (om|als|te))',
      '^^als YOU … (JUST|DOES)',
      '^^als YOU (?!.*,).*[?]$',
      '^(misschien|wellicht) … (kunt?|kan|moet|zou|helpt|werkt|iets voor|JUST|ACT)',
      '^^IMP (?!YOU )(.+ )?(JUST|maar|lekker)',
      '^^IMP (het|hem|haar|dat|er|met|naar|een|geen|om|niet|ze|anders|voor|aan)(?! (.+ )?WH)',
      '^^(met|naar|aan|een|het|de|niet|geen|samen|bij|JUST) (?!(.+ )?FINITE )(.+ )?ACT',
      '^(bij|voor) (ons|mij) … (werkte?|helpt|hielp)',
      '(iets|niks|niets|wat) voor (jou|jullie|u)( [?])?$',
    ], 1],
    // The feeling, the cause or the judgement is filled in already
    [S, 'Wat voelde je toen?', ['^^(hoe|wat) FEELING', '^^wat een']],
    [S, 'Wat maakt dat je zo reageert?', [
      '^waarom (bent?|is|was|doet?|deed|reageer\\p{L}*|laat|blijft?|maakt?) (YOU|hij|zij|ze|die) … (altijd|steeds|zo|weer|telkens)',
      '^hoe ?lang … YOU … nog',
    ]],
    [S, 'Hoe kijk jij daarnaar?', [
      '^FINITE (THEM |daar )*((?!dat|of|wat|als|omdat|die|waarom|hoe)\\p{L}+ )*(niet|geen)(?! (er)?bij)',
      '^FINITE (THEM) … (gewoon|stiekem|soms|omdat|per se|echt|zeker|normaal|raar|gek|terecht|wel|door|doordat|aan je)',
      '^(kan|zou) (het|dat) … (zijn|kunnen|kloppen|liggen|komen)',
      '^of (THEM) … (niet|misschien|eigenlijk)',
      '^(snap|begrijp|besef|realiseer) YOU (je )?(niet|wel|dat)',
    ]],
    [S, 'Hoe was dat voor jou?', [
      '(?<!of )(toch|h[eèé]|niet ?waar|niet dan|zeker|neem ik aan)( [?])?$',
      '^^(?!FINITE ).*of niet( soms)?( [?])?$',
      '^^(THEM|die) … (zeker|vast|natuurlijk|toch|ongetwijfeld|uiteraard|wel)',
      '^^YOU (FINITE|zult) .*[?]$',
      '^^(eigenlijk|blijkbaar|kennelijk|vast|natuurlijk|uiteraard|misschien)',
      '^^(volgens mij|ik denk dat|ik heb het (idee|gevoel)|ik neem aan|het (klinkt|lijkt)|zo te horen)',
    ], 1],
  ],
  closed: '^^(FINITE (THEM|iemand|de|een|jouw)|FINITE .*[?]|of (THEM)|(?!toen|als|dat|nadat|voordat|omdat|terwijl|en|maar|nu|zoals|sinds|zodra|met|bij|aan|voor|van|in|op|over|door|naar|dan|soms|hier|daar|waarom|toch|ook)\\p{L}+ (YOU|hij|zij|ze) .*[?])',
  opens: [['.*(erbij|aanwezig)', 'Wie waren erbij?'], ['.*(vaker|eerder|al eens)', 'Hoe vaak is dit gebeurd?'], ['(vindt?|vond|voelt?|voelde|bent?|was|wordt?|werd) YOU', 'Hoe was dat voor je?'], ['(wilt?|wilde) YOU', 'Wat wil je zelf?'], ['(denkt?|dacht|weet) YOU', 'Wat denk je zelf?']],
  opened: 'In hoeverre',
};
const en = {
  hears: "the|an?|you|your|i|i'm|he|she|they|his|her|them|that|this|not|what|how|who|why|where|which|and|with|for|to|it|are|were|have|has|did|do|does|would|could|should|about|from|be|just|before|my|our|am|isn't|don't|doesn't|there",
  leads: "and|but|so|okay|ok|well|hm+|right|now|also|then|oh|yes|no|sorry|hey|hi|by the way|honestly|(?:i(?:'m| am| was)? )?(?:just )?(?:wonder(?:ing)?|curious)(?: about)?|out of curiosity|my question is|quick question|(?:maybe |this is )?a \\p{L}+ question",
  joins: 'and|but|so|or',
  typing: [["(do|does|did|is|are|was|were|have|has|had|ca|could|would|should|wo)nt", "$1n't"], ["u|ya", "you"], ["id", "i'd"], ["(do|does|did|is|are|was|were|have|has|had|could|would|should|can|will) (you|it|that|he|she|they) not", "$1n't $2"], ["cannot|cann't", "can't"], ["(what|how|who|where|that|it|there)'s", "$1 is"]],
  words: {
    YOU: 'you',
    THEM: 'you|he|she|it|they|that|this|there',
    WH: 'what|how|who|whom|whose|when|where|which|why|suppose|imagine|to what extent|on a scale|\\p{L}{2,5} (?:whom|what|which)',
    NOT: "\\p{L}+n't",
    FINITE: "are|is|was|were|do|does|did|have|has|had|can|could|will|would|should|may|might|must|NOT",
    // What somebody does about it
    ACT: '(?!(?:see|feel|sleep|understand|believe|handle|cope|live|stand|trust|remember|hear|recall|like|want|prefer|be|say|find|think|know|agree|mind|rather|have)(?: |$))\\p{L}+',
    TALK: '(?:talk|discuss|ask|call|mention|report|contact|inform)(?:ed)?|speak|spoken|told|tell|raised?|involved?',
    DONE: '(?!need|feel|been|noticed|experienced|learned|changed|expected|happened|lived|worked|decided|wanted|liked|managed|struggled)(?:\\p{L}+ed|told|spoken|sent|set|made|taken|given|gone|let|put|brought|sat down|written|sought|shown|thought (?:of|about))',
    DO: 'ask|talk|tell|speak|call|write|send|go|take|try|stop|start|set|let|make|give|say|report|raise|discuss|consider|invite|look|find|get|put|move|change|leave|delegate|plan|share|wait|refuse|bring|check|drop|quit|confront',
    BETTER: 'better|wiser?|smart(?:er)?|useful|helpful|easier|safer|worth|possible|an? (?:good )?(?:idea|option|plan|way)|time|good|be \\p{L}+er|a solution',
    HELP: 'help|do something|do this|guide|coach|replace|take over|step in|support|assist|mediate|have that',
    TELL: 'ask|tell|describe|explain|say|share|give|show|walk|help|elaborate|expand|name|clarify|think of|remember|recall|take (?:me|us)',
    JUST: 'just|simply|maybe|perhaps',
    FEELING: 'angry|upset|bad|afraid|scared|sad|frustrat\\p{L}+|annoy\\p{L}+|hurt\\p{L}*|guilty|unsafe|awful|terrible|horrible|unfair|stressed|powerless|lonely|insecure|disappointed|offended|tired|mad',
  },
  fine: [
    // Closed in form, an invitation in fact: "Can you give an example?"
    '^^(can|could|would|will|may|might) (YOU|i) (please |perhaps |maybe )?(be able to |like to |care to )?(?!.* (tip|advice|suggestion) )(TELL|.*(into words|clear|concrete|think back))(?! (him|her|them|it|your|hr|no) )',
    '^^(tell (me|us)|describe|explain|name|help (me|us)|walk (me|us)|take (me|us)|give (me|us)|say (a bit )?more|think back|share)',
    '^^(do|can|could) YOU (still )?(remember|know|recall|see|notice|recogni[sz]e|have an?y? (idea|sense|feeling|picture)) (of |about )?(WH)',
    "^^i('d| would| want) … (know|hear|ask|understand)",
  ],
  groups: [
    // Have you tried, have you thought of: there is a plan behind the question
    [A, 'Who have you already talked to about this?', ["^(have|haven't|did|didn't|had|has|is|was) (?!i )… TALK"]],
    [A, 'What have you tried so far?', [
      "^(have|haven't|had|did) YOU (?!(.+ )?(anything|something|WH) )… (try|considered?|think (of|about|to)|DONE)",
      '^have YOU (been to|(ever|JUST) (?!been|felt|had|seen|met|heard|known)\\p{L}+)',
      '^^(ever|already|not|tried|considered|thought) … (DONE|about|of|\\p{L}+ing)',
    ]],
    // Why don't you, what keeps you from: the action is named, only a reason against it is asked for
    [A, 'What holds you back?', [
      '^why (NOT|not) (YOU )?(?!want|like|trust|feel|know|believe|think|need|understand|say|said|[?])(JUST )*\\p{L}+',
      '^what (stop|keep|prevent|is|kept|hold)\\p{L}* … from (JUST )?(?!(doing )?(this|that|it) )\\p{L}+ing',
      '^do YOU dare',
    ]],
    // Could somebody else not do it
    [A, 'Who can support you in this?', [
      "^(can|could|should|would|won't|can't|couldn't|shouldn't|wouldn't) (?!(THEM|i) )\\p{L}+ … (HELP|DO)",
      "^(is|isn't|are|aren't) there (?!WH)… (some|any|no)\\p{L}* … (who|to|that|YOU)",
    ]],
    // Could you not, would it not be better, would it help: an offer with a question mark
    [A, 'Which options do you see yourself?', [
      "^(couldn't|shouldn't|wouldn't|can't|won't|should) (YOU|we) (ACT|have)",
      "^don't YOU (need|have) to",
      "^(should|could|can|would|might) YOU … (JUST|not|willing|open|ready|dare)",
      '^(can|could|would|might) YOU ACT',
      '^are YOU (willing|open|prepared|ready|familiar|going) (to|with)',
      '^FINITE (it|that|this) … (help|work|make a difference|BETTER) … (if|to|for|when|\\p{L}+ing)',
      '^(would|could|might) (it|that|this) (help|work)',
      "^(is|isn't|could|would|might|wouldn't|couldn't) … (something (for|YOU|to)|an option|an idea|a possibility|a solution)",
      "^(is|isn't) there … (way|chance|possibility|room|option) (for|to|that|YOU)",
      "^(don't|do) YOU (think|feel|believe) … (should|ought|need to|could|have to|better|would help|helps)",
      '^do YOU (ever|sometimes|also)',
      '^do YOU … enough',
      '^do YOU know … (book|method|course|training|model|technique|exercise|app|podcast)',
      '^did YOU know (that|YOU|there)',
      '^do YOU see … (way|room|possibilit\\p{L}+|chance) (to|for)',
      "^^if YOU (shouldn't|couldn't|had better|have … DONE)",
    ]],
    // What if you, what about, when will you at last: the answer stands in the question
    [A, 'Which options do you see yourself?', [
      "^what if YOU (?!do nothing|did nothing|were|was|don't|fail)… \\p{L}+",
      '^((what|how) would … if|suppose) YOU (just|simply|actually)(?! want| feel| felt| said)',
      '^how would it (be|feel) … to ACT',
      '^(what|how) about (?!YOU )\\p{L}+',
      '^(what|how) (do|would) YOU (think|feel) (of|about) (the idea|(?!work|be|go)\\p{L}+ing)',
      '^how would YOU feel about \\p{L}+ing',
      '^when (will|are) YOU … (finally|DO)',
      '^i (think|feel|believe) (that )?YOU … (should|could|need to|had better|ought|have to|might)',
      '^what … (help|work)\\p{L}* (for )?(me|us)',
    ]],
    // Said outright
    [A, 'Which options do you see yourself?', [
      "^YOU (really |simply |just |probably )*(should|must|ought|need to|have to|had better|may want|might want|shouldn't|needn't)",
      '^YOU (can|could) (always|also|JUST|DO)',
      "^i('d| would)(?!n't| like| love| be)",
      '^if i were YOU',
      '^^if YOU (should|could|can|might)',
      '^^if YOU (?!.*,).*[?]$',
      'in your (place|shoes|position)',
      '(my|a) (tip|piece of advice|advice|suggestion)',
      '(suggest|recommend|advise) (that )?(YOU|to|\\p{L}+ing)',
      '^^(JUST (YOU|it|try|ask|an?|the|some|\\p{L}+ing|DO)|try \\p{L}+|just|simply)',
      "^^(DO|be|don't) (an?|the|to|him|her|them|it|your|with|no|for|about|hr|some|someone|how|off|up|out|at)",
      '^(in|with) my (team|school|job|work)',
      '(something|an idea|an option) for you( [?])?$',
    ], 1],
    // The feeling, the cause or the judgement is filled in already
    [S, 'What did you feel then?', ['^^how FEELING', '^^what an?']],
    [S, 'What makes you react like that?', [
      '^why (are|were|do|did|is|does) (YOU|he|she|they) … (always|so|again|keep|such)',
      '^how long (are|will|do) YOU … (let|keep|put up|going|accept|take|still|tolerate)',
    ]],
    [S, 'How do you see that yourself?', [
      '^NOT \\p{L}+',
      '^(could|can|might|may) (it|that|this) … be',
      '^is it (possible|likely|true) that',
      '^FINITE (THEM) (really|just|actually|secretly|not|even|simply|honestly|because)',
      '^(is|was|do|did) (it|that|this|you (do|say|think) …) … (because|due to)',
      '^do YOU (think|find|consider) … (normal|ok|okay|fair|acceptable|right|strange|weird)',
      '^are YOU … sure',
      '^do YOU (see|reali[sz]e|understand) that',
    ]],
    [S, 'How was that for you?', [
      ', (right|no|yeah|huh|correct|surely|or not|is it not|i (suppose|guess|assume|take it|bet)|(NOT|FINITE) (THEM|i|we))( [?])?$',
      'right [?]$',
      '^^(THEM) … (surely|obviously|clearly|certainly|of course|no doubt|probably|must (be|have|feel))',
      '^^(of course|surely|obviously|clearly|no doubt|apparently|actually|maybe|perhaps)',
      "^^YOU (are|were|do|did|have|had|NOT|felt|feel|seem|sound|just|really|actually|secretly|want|wanted|think|thought|found) .*[?]$",
      '^^(i think|i guess|i (have the feeling|suppose|assume)|it (sounds|seems|looks))',
    ], 1],
  ],
  closed: '^^(FINITE|if (?=THEM)) \\p{L}+',
  opens: [['.*there(?! is| are| was)', 'Who was there?'], ['.*(before|often|ever)', 'How often has this happened?'], ['(are|were|did|do) YOU (feel|find|FEELING|happy)', 'How was that for you?'], ['(do|did|would) YOU (want|like)', 'What do you want yourself?'], ['(do|did) YOU (think|know)', 'What do you think yourself?']],
  opened: 'To what extent',
};

const tongues = {
  nl,
  en
};

// A shape as a regular expression over a sentence that has one blank around each word
function shape(text, {
  words,
  joins
}) {
  let s = text.replaceAll('… ', '(?:.+ )?').replace(/[$]$/, ' $');
  for (let n = 0; n < 2; n++) s = s.replace(/[A-Z]{2,}/g, w => `(?:${words[w]})`); // a class may hold another
  s = s.replace(/^\^\^/, '^ ').replace(/^\^(?! )/, `(?:^|[,:;]| (?:${joins})) `);
  return new RegExp((/^(\^ |\(\?:\^)/.test(s) ? '' : ' ') + s + (s.endsWith('$') ? '' : '(?= )'), 'u');
}
const ready = {};

function tongue(lang) {
  if (!ready[lang]) {
    const t = tongues[lang],
      all = shapes => shapes.map(one => shape(one, t));
    ready[lang] = {
      ...t,
      lead: new RegExp(`^(?:${t.leads})(?![\\p{L}'])[\\s,:;-]*`, 'iu'),
      fine: all(t.fine),
      groups: t.groups.map(([kind, instead, shapes, only]) => [kind, instead, all(shapes), only]),
      closed: shape(t.closed, t),
      opens: t.opens.map(([one, instead]) => [shape(`^^${one}`, t), instead]),
      typing: t.typing.map(([wrong, right]) => [new RegExp(`(?<= )(?:${wrong})(?= )`, 'g'), right]),
      asks: shape('^(?:WH)', {
        words: t.words,
        joins: '[.]'
      })
    };
  }
  return ready[lang];
}

// The language of a text: the one whose small words it holds most of; when unsure that of the page
export function language(text, page) {
  const s = ` ${text.toLowerCase().replace(/[^\p{L}']+/gu, '  ')} `,
    count = lang => (s.match(new RegExp(` (?:${tongues[lang].hears}) `, 'g')) || []).length,
    other = page === 'nl' ? 'en' : 'nl';
  return count(other) > count(page) * 2 || count(other) > count(page) + 1 ? other : page;
}

// A sentence without the words before it, and in small letters with a blank around each word
function bare(sentence, t) {
  let s = sentence.trim().replace(/^\p{Lu}\p{Ll}+, (?=\p{Ll})/u, ''); // "Anneke, ..."
  for (let before = ''; before !== s;) {
    before = s;
    s = s.replace(t.lead, '');
  }
  return s;
}

function spaced(sentence, t) {
  let s = sentence.toLowerCase().replace(/[’‘´`]/g, "'").replace(/(?<= )'t(?= )/g, 'het').replace(/([,:;?])/g, ' $1 ').replace(
    /[^\p{L}\p{N}',:;?-]+/gu, ' ');
  s = ` ${s.trim()} `;
  for (const [wrong, right] of t.typing) s = s.replace(wrong, right);
  return s;
}

// What a question looks like: null, or {kind, instead}: advice, suggestive, or (only where open questions are asked for)
// closed, with the language it is in and a question to ask instead
export function question(text, page, open = false) {
  if (text.trim().length < 12) return null;
  const lang = language(text, page),
    t = tongue(lang),
    sentences = text.split(/(?<=[.?!\n])\s+/).map(one => bare(one, t)).filter(Boolean).map(raw => [raw, spaced(raw, t)]);
  let found = null,
    asks = false;
  for (const one of sentences) {
    one.fine = t.fine.some(s => s.test(one[1]));
    asks ||= one.fine || t.asks.test(one[1]);
  }
  for (const {0: raw, 1: s, fine} of sentences) {
    if (fine) continue;
    for (const [kind, instead, shapes, only] of t.groups)
      if (!(only && asks) && shapes.some(one => one.test(s))) {
        if (found?.kind !== A && (kind === A || !found || found.kind === 'closed')) found = {
          kind,
          instead
        };
        break;
      }
    if (!found && open && t.closed.test(s)) found = {
      kind: 'closed',
      instead: opened(raw, s, t)
    };
  }
  if (found?.kind === 'closed' && asks) return null;
  return found && {
    ...found,
    lang
  };
}

function opened(raw, s, t) { // a question that a yes or no answers, asked openly
  const known = t.opens.find(([one]) => one.test(s));
  return known ? known[1] : `${t.opened} ${raw[0].toLowerCase()}${raw.slice(1)}`;
}
