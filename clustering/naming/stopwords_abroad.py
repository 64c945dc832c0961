"""Function words, and the words of every proposal, of eight languages beside English.

They end no phrase of a name (``clustering.naming.phrases``), and a word that one language alone has tells the
language of a text that is too short for anything else (``clustering.reading.languages``).
"""

import re

from clustering.naming.stopwords import FUNCTION_WORDS, PROPOSAL_WORDS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GERMAN = _words(
    """
    aber alle allem allen aller alles als also am an andere anderen anders ans auch auf aus außerdem bei
    beim bessere besseren besseres besser bin bis bitte brauchen braucht bzw da dabei dadurch dafür daher
    damit dann daran darauf das dass dein deine dem den denn der des deshalb dich die dies diese diesem
    diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines einfach einige er es etwas
    euch euer für ganz gar geben gegen gehen gibt gut gute guten haben hat hatte hätte hier ich ihm ihn ihr
    ihre ihren ihrer im immer in ins ist ja jede jedem jeden jeder jedes jetzt kann kein keine keinen können
    könnte lassen machen man manche mehr mein meine mich mir mit möchte müssen muss nach nicht nichts noch
    nun nur ob oder ohne sehr sein seine sich sie sind so soll sollen sollte sollten sondern statt über um
    und uns unser unsere unter viel viele vielen vom von vor wann war wäre warum was weil weniger wenn wer
    werden wie wieder will wir wird wo wollen wünsche würde würden zu zum zur zwischen
    """
)
FRENCH = _words(
    """
    afin ai aider ainsi aller alors améliorer après assez au aucun aussi autre autres aux avant avec avoir
    bien bon bonne c ça car ce cela celle celui ces cet cette ceux chaque chez comme comment créer d dans de
    depuis des deux devrait doit doivent donc dont du elle elles en encore entre es est et être eu eux faire
    fait faut favoriser fois font il ils j je jusque l la le les leur leurs lui ma mais mal me même mes
    mettre mieux moi moins mon n ne ni nos notre nous on ont ou où par parce pas peu peut peuvent plus
    plusieurs plutôt pour pourquoi pourrait pouvoir qu quand que quel quelle quelques qui quoi s sa sans
    sera serait ses si son sont sous soit sur ta te tes toi ton toujours tous tout toute toutes très trop tu
    un une vers veux vos votre vous vraiment y
    """
)
SPANISH = _words(
    """
    a al algo alguna algunas algunos ante antes aquí así aunque bien bueno buena cada casi como con crear
    cual cuando cómo da dar de debe deben debería deberían del desde después donde dos durante e el ella
    ellas ellos en entre era eran es esa esas ese eso esos esta estas este esto estos está están fue fueron
    ha hace hacen hacer hacia han hasta hay he la las le les lo los más mayor me mejor mejorar mejores menos
    mi mis mucha muchas mucho muchos muy más nada ni no nos nosotros nuestra nuestro o otra otras otro otros
    para pero poco pocos poder poner por porque puede pueden pues que qué quien quiero se sea sean ser si sí
    sin sobre solo son su sus también tan tanto te tener tengo tiene tienen toda todas todo todos tu tus un
    una unas uno unos usted y ya yo
    """
)
POLISH = _words(
    """
    a aby albo ale ani aż bardziej bardzo bez bo by być był była było były chce co coraz czy dla dlaczego do
    dobra dobre dobry dużo gdy gdyby gdzie go i ich ile im inne inny innych ja jak jako je jednak jego jej
    jest jestem jeszcze jeśli już każdy kiedy kto która które którego której który których którzy lepiej
    lepsza lepsze lepszy lub ma mają mam mi mieć mniej mnie może można możliwość mu musi my na nad nam nas
    nasz nasza naszego nasze naszym nawet nic nich nie niech nim niż nowe o od on ona one oni ono oraz po
    pod ponieważ poprawić potrzebne potrzebujemy powinien powinna powinni powinno powinny proszę przed przez
    przy się są sobie swoje ta tak także tam te tego tej ten też to trzeba tu tutaj ty tych tylko tym u w we
    wam was wiele więc więcej wszyscy wszystkie wszystko z za zawsze ze zrobić że żeby
    """
)
ITALIAN = _words(
    """
    a abbiamo ad ai al alcune alcuni alla alle allo altre altri altro anche ancora avere c che chi ci ciò
    come con contro cosa così creare cui d da dagli dai dal dalla dalle dei degli del dell della delle dello
    deve devono di dopo dove dovrebbe dovrebbero due e ed è era essere fa fare fino fra già gli ha hanno ho
    i il in io l la le lei li lo loro lui ma maggiore me meglio meno mi mia migliorare migliore migliori mio
    molta molte molti molto ne nei nel nella nelle nello no noi non nostra nostro o ogni oltre ora per
    perché però più poco poi possa possono prima può qualche quando quanto quella quelle quelli quello
    questa queste questi questo qui se sei senza sia siano si solo sono sopra sotto sta stato su sua sue
    sugli sui sul sulla sulle suo suoi tra tutta tutte tutti tutto un una uno vi voi vorrei è
    """
)
DUTCH = _words(
    """
    aan af al alle alleen als altijd andere ben beter betere bij daar dan dat de deze die dit doen door dus
    een elk elke en er erg gaan ge geen goed goede graag haar had heb hebben heeft het hier hij hoe hun ik
    in is ja je jullie kan kunnen laten maar maken me meer men met mij mijn minder moet moeten mogen na naar
    niet niets nieuwe nodig nog nu of om omdat onder ons onze ook op over te tegen toch toe tot tussen u uit
    uw van vaak veel voor waar waarom wanneer want was wat we weer wel welke werd wie wij wil willen worden
    wordt zal ze zeer zelf zich zij zijn zo zonder zou zouden
    """
)
PORTUGUESE = _words(
    """
    a ainda algo alguns algumas antes ao aos apenas aqui as assim até bem boa bom cada com como criar da das
    de deve devem deveria deveriam depois do dos e ela elas ele eles em entre era essa esse esta estão estar
    este está eu fazer foi for há isso isto já lá lhe mais mas me melhor melhorar melhores menos mesmo meu
    minha muita muitas muito muitos na nas nem no nos nossa nosso nós não o onde os ou outra outras outro
    outros para pela pelas pelo pelos pode podem poder pois por porque qual quando que quem quero se seja
    sejam sem ser seu seus sim sobre sua suas são só também te tem têm temos ter toda todas todo todos tudo
    tão um uma umas uns vai você vocês à às é
    """
)
TURKISH = _words(
    """
    acaba ama ancak artık asla aslında az bana bazı belki ben beni benim bir biraz biri birkaç birçok biz
    bize bizi bizim bu buna bunlar bunu bunun burada böyle bütün çok çünkü da daha de değil den diğer diye
    dolayı edilmeli en etmek fakat fazla gerek gerekli gerekiyor gibi göre hem hep hepsi her hiç için iki
    ile ise istiyorum istiyoruz iyi kadar karşı kendi ki kim lazım mi mu mü mı nasıl ne neden nerede o olan
    olarak oldu olduğu olmalı olması olsun olur on ona onlar onu onun orada pek sadece sen siz sizin sonra
    şey şu tarafından tüm ve veya ya yapılmalı yapmak yeni yok zaten
    """
)

ABROAD = {
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "pl": POLISH,
    "it": ITALIAN,
    "nl": DUTCH,
    "pt": PORTUGUESE,
    "tr": TURKISH,
}

CONNECTORS_ABROAD = {
    "de": _words("und für am im der des"),
    "fr": _words("de du des d la l en et à au aux"),
    "es": _words("de del la las los y en para"),
    "pl": _words("i w na do dla z"),
    "it": _words("di del della dei e in per"),
    "nl": _words("en van voor in de het"),
    "pt": _words("de do da dos das e em para"),
    "tr": _words("ve için"),
}
"""Function words that may stand in the middle of a phrase."""


def _only_of_one() -> dict[str, str]:
    """Each word that is on one list alone, to its language."""
    lists = {"en": FUNCTION_WORDS, **ABROAD}
    mine = {word: code for code, words in lists.items() for word in words}
    shared = {word for code, words in lists.items() for word in words if mine[word] != code}
    return {word: code for word, code in mine.items() if word not in shared and word not in PROPOSAL_WORDS}


TELLING = _only_of_one()
"""Words that of the nine languages only one has, to its ISO 639-1 code."""

_WORD = re.compile(r"[^\W\d_]+")


def telling_words(text: str) -> list[str]:
    """The words of a text as ``TELLING`` writes them."""
    return _WORD.findall(text.lower())
