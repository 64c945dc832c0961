"""English words that begin or end no name: function words, and the verbs and hedges of every proposal.

Used by ``clustering.naming.phrases`` alone. A name says what its ideas are about, not that somebody should
do something about it.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION_WORDS = _words(
    """
    a about above across after again against all almost along already also although always am among an and
    another any anybody anyone anything anyway are aren't around as at away back be because been before
    behind being below beneath beside besides between beyond both but by can can't cannot could couldn't
    did didn't do does doesn't doing don't done down during each either else enough etc even ever every
    everybody everyone everything except few fewer for from further had hadn't has hasn't have haven't
    having he hence her here hers herself him himself his how however i i'd i'll i'm i've if in inside
    instead into is isn't it it's its itself just least less let like likely many may maybe me might mine
    more moreover most much must mustn't my myself near nearly neither never nevertheless no nobody none
    nor not nothing now nowhere of off often on once one ones only onto or other others otherwise our ours
    ourselves out outside over own per perhaps quite rather really same several shall she should shouldn't
    since so some somebody somehow someone something sometimes somewhere soon still such than that that's
    the their theirs them themselves then there there's therefore these they they're this those though
    through throughout thus till to together too toward towards under unless until unto up upon us very
    via was wasn't we we'd we'll we're we've were weren't what what's whatever when whenever where
    wherever whether which whichever while who whoever whole whom whose why will with within without won't
    would wouldn't yes yet you you'd you'll you're you've your yours yourself yourselves s t d m re ve ll
    im ive dont cant wont doesnt didnt isnt wasnt arent couldnt wouldnt shouldnt nan none n/a
    """
)

PROPOSAL_WORDS = _words(
    """
    able absolutely actually add added adding agree allow allowed allowing allows amount amp anymore ask
    asked asking bad based become becoming been believe best better big bit bring brings bringing came
    certain certainly clearly come comes coming completely consider considered continue could currently
    definitely different easily easy encourage ensure entire especially extremely feel feeling feels find
    finding first found full fully gave general generally get gets getting give given gives giving go goes
    going gone good got great greatly happen happened happening happens hard have help helped helping helps
    high hope idea ideas important improve improved improvement improvements improving include included
    includes including increase increased instead involve issue issues keep keeping keeps kind kinds knew
    know known knows last later least leave left lets little long look looked looking looks lot lots love
    loved made main mainly make makes making mean means need needed needing needs new next nice obviously
    offer offered offers okay ok old option order overall part particular particularly people person
    personally place please plenty point possible possibly prefer prevent probably problem problems properly
    provide provided provides providing pretty put puts putting quickly quite ready real reason reasons
    recently regarding regardless require required requires right said saw say saying says second see seeing
    seem seemed seems seen set should show showed shown shows simple simply small sort sorts start started
    starting stay stop stopped stopping stuff suggest suggested suggestion sure take taken takes taking tell
    tend thank thanks thing things think thinking thought told took totally tried tries true truly try
    trying turn unable unfortunately use used useful uses using usually various want wanted wanting wants
    way ways well went whatever wish wonderful worked working works worse worst
    """
)

CONNECTORS = _words("of and for in at to")
"""Function words that may stand in the middle of a phrase: "cost of living"."""

PARTICLES = _words("up off out")
"""Function words that belong to the word before: "pick up", "day off"."""

BEFORE_NOUNS = _words(
    """
    the a an our their my your its his her this that these those no any every each some more fewer many of
    for with from by on in at about without into and or between through another such both several
    """
)
"""What stands before a noun or its adjective."""

BEFORE_VERBS = _words(
    """
    to should would could can will must may might shall cannot can't don't doesn't didn't not never please
    let let's we i you they he she it who be is are was were been being i'd we'd i'm we're they're also just
    always
    """
)
"""What stands before a verb, or before an adjective that says something of the subject."""

OBJECTS = _words("the a an our their my your his her this these those it them us me him everyone people")
"""What follows a verb that does something to something."""

VAGUE = _words(
    """
    ability access account action addition advantage aim amount answer approach area aspect attention ave
    base basis beginning benefit bit blvd body bunch case cause challenge chance change choice circumstance
    co com comment concern condition control creation current date day decision dept detail development
    difference direction dr effect effort end entry event example experience extent fact factor feature
    field focus form front function goal group hand hour hwy impact implementation inc individual info
    information interest item lack level life limit line list ln lots matter method minute moment month
    morning name number opinion opportunity organisation organization other others outcome page past piece
    plan plenty policy position possibility practice presence present priority process product program
    programme progress project purpose quality question range rate rd resource response rest result risk
    role rule scheme section sense service set setting side site situation size solution something source
    space speed st standard state statement step style subject success system talk task term time today tool
    total trouble type value version view week work world year
    """
)
"""Nouns that name nothing alone, though they may be part of a phrase: "waiting time"."""

NO_NOUNS = _words(
    """
    abolish abolishing accept accepted accessible active actual additional affordable alone amazing answered
    appropriate arrive arrived attend automatic automatically available aware began begin bright brilliant
    bring brought build built busy buy called calm cheap cheaper clean clear clearer close comfortable
    common complete continue convenient correct create cut direct due each eat efficient enforce enforced
    engaging enjoy enjoyable enough excellent explain explained express expressed extra fair faster felt
    fewer fill fine five follow forced former four free frequent friendly fun funny general great greater
    happy healthy hear heard higher huge human individual indoor informative involve kept kind knowledgeable
    large larger late lead learn learned learning led legal likely listen listened live local located longer
    lose lost low lower main major massive maximum medium meet mere met minimum mobile modern move moved
    multiple native nearby necessary noticed offer online open outdoor paid pass pay perfect permanent
    phoned pleasant pleased polite poor possible potential powerful present previous private professional
    proper public quick quicker quiet rapid readily received recent reduce reduced regulate regulated
    regulating related relaxed relevant remember remove removed replace replaced responsible run running
    safe safer satisfied secure sell send senior sent separate serious short shorter similar simple single
    sit slow smaller smooth social sold sooner speak special specific spend spoke spoken stand strong
    sufficient suitable supportive sympathetic teach tell ten three told top tougher treated true turn two
    typical understand understanding understood unique urgent usual valuable visible visit visited waited
    warm watch watched well-known wide wider write written wrong young younger
    """
)
"""Adjectives, adverbs and verbs that people often use alone and that name nothing."""
