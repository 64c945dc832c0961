"""English words that begin or end no name: function words, and the verbs and hedges of every proposal.

Used by ``clustering.phrases`` alone. A name says what its ideas are about, not that somebody should
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
    definitely different easily easy encourage ensure entire especially excellent extremely feel feeling
    feels find finding first found full fully gave general generally get gets getting give given gives
    giving go goes going gone good got great greatly happen happened happening happens hard have help
    helped helpful helping helps high hope idea ideas important improve improved improvement improvements
    improving include included includes including increase increased instead involve issue issues keep
    keeping keeps kind kinds knew know known knows last later least leave left lets little long look
    looked looking looks lot lots love loved made main mainly make makes making mean means need needed
    needing needs new next nice obviously offer offered offers okay ok old option order overall part
    particular particularly people person personally place please plenty point possible possibly prefer
    prevent probably problem problems properly provide provided provides providing pretty put puts putting
    quickly quite ready real reason reasons recently regarding regardless require required requires right
    said saw say saying says second see seeing seem seemed seems seen set should show showed shown shows
    simple simply small sort sorts start started starting stay stop stopped stopping stuff suggest
    suggested suggestion support sure take taken takes taking tell tend thank thanks thing things think
    thinking thought told took totally tried tries true truly try trying turn unable unfortunately use
    used useful uses using usually various want wanted wanting wants way ways well went whatever wish
    wonderful work worked working works worse worst
    """
)

CONNECTORS = _words("of and for in at to")
"""Function words that may stand in the middle of a phrase: "cost of living"."""
