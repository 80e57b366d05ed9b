"""Common first names and surnames in the Netherlands and English-speaking countries, folded.

Written down for this project from general knowledge, not taken from a register. Lower case, without
accents. A column is judged by the share of its values that stand here, so the lists need the common
names, not all. Words that are as often something else (months, colours, trades) stand apart.
"""

from evalpipe.privacy.first_names import MORE_FIRST_NAMES
from evalpipe.privacy.surnames import MORE_SURNAMES

_FIRST = """
aad aafke aart abdel abdellah abdul abdullah abel abigail achmed adam adriaan adrian agnes ahmed
ahmet aisha alan albert alex alexander alexandra ali alice alicia alina alisha alison alwin amanda
amber amelia amina amira amy ana anass andre andrea andreas andrew andries angela angelique anita
anja anke ann anna anne anneke annelies annemarie annemiek annette annie anniek anouar anouk ans
anthony antje anton antonia antonio antoon ares arie arjan arjen arno arnold arnoud arthur artur
asha ashley astrid aukje ava ayla ayoub ayse aziz bart bas bastiaan beatrix bella ben benjamin
bennie berend bernadette bernard bert bertus betty bianca bilal bjorn björn bob boris bouke boyd
brad bram brandon brecht brenda brian brigitte britt bruce bruno caitlin calvin cameron carel
carin carl carla carlijn carlo carlos carmen carol carolien carolina caroline casper catharina
catherine cathy cecilia cees celine chantal charles charlie charlotte chloe chris christa christel
christiaan christian christien christina christine christopher cindy claire clara claudia clemens
coen coenraad colin connie conny cor corine cornelia cornelis corrie cristina cynthia daan daisy
daniel danielle danny daphne david dean debbie deborah demi denise dennis derek dewi diana dick
diederik dieke dieuwke dilan dinand dinie dirk dominic dominique donald donna donny dorien doris
dorothea dorothy douglas douwe duco dylan eddy edith eduard edward edwin eefje eelco eline elisa
elisabeth elise eliza elizabeth ella ellen ellie elly els elsa elsbeth else emil emilia emily
emine emma emre eric erica erik erika ernst erwin esmee esra esther ethan eugene eva evelien
evelyn evert evi fabian fadma farid fatima fatma feline femke fenna fieke fien filip finn fiona
fleur floor floortje floris fouad frances francis franciscus frank frans fred freddy frederik
freek friso frits fritz gabriel gabriella gary geert geertje geertruida george gerard gerben gerda
gerrit gert gertjan giel gijs gillian gina giovanni glenn gloria goran gordon grietje guido guus
gwen hailey hakan halima hamid hamza hanna hannah hanneke hannie hans harm harold harrie harriet
harry hasan hassan heather hein heleen helen helena helga hendrik hendrika henk hennie henny henri
henriette henry herman hessel hidde hilda hilde hoda houda hubert hugo ian ibrahim ilona ilse iman
imane ina indy ineke inge ingeborg ingmar ingrid irene iris irma isa isaac isabel isabella
isabelle ismail ivan ivo jaap jack jackie jacob jacoba jacobus jacqueline jacques jade jaime jake
jamal james jamie jan jana jane janet janine janna janneke jannes jannie janny jantje jarno
jasmijn jasmin jasmine jason jasper jay jayden jean jeanette jeffrey jelena jelle jelmer jennifer
jenny jens jeremy jeroen jerry jesper jesse jessica jet jette jill jim jimmy jip joan joanna
joanne job jochem joel joep joey johan johanna johannes john johnny jolanda jolien jonas jonathan
jonna joop joost jordi jordy jorien joris jorrit jose josef joseph josephine josh joshua josien
josje jouke joyce juan judith jules julia julian julie juliette jurgen jurre justin kamal karel
karen karim karin karina karl kaspar kate katharina katherine kathleen kathryn kathy katie katja
katrin kayleigh kees keith kelly ken kenneth kerstin kevin khadija khalid kim kirsten kitty klaas
klaus koen koos kris kristel kristen kristin kristina kubra kyle lara lars laura lauren laurens
lea leah leanne leen leendert lena lennard lennart leo leon leonard leonie leonoor leontien leslie
lex lia liam lianne lieke liesbeth lieselotte lieve lijsbeth linda lindsay lindsey lisa lisanne
lise lisette liz lizzy loes lois loran lorena lotje lotte louis louisa louise luc luca lucas lucia
lucie lucy luitzen luka lukas luna luuk lydia lynn maaike maarten maartje machteld madelief
madison mahmoud malika malou manon manuel marc marcel marcella marco mareike margaret margot
margreet margriet maria mariam marian marianne marie marieke marielle marije marijke marijn
marilyn marina mario marion maris mariska marit marja marjan marjolein marjolijn marko marleen
marlies marloes marlon marnix marta martha martijn martin martina martine marty maryam mathew
mathijs mathilde matteo matthew matthias matthijs maud maureen maurice maurits mauro max maxim
maxime may-britt megan mehdi mehmet meike melanie melissa melle melvin menno merel mette mia
michael michel michelle michiel mick mieke miep mijke mike mila milan miles milou mimoun miranda
miriam mirjam mirthe mohamed mohammad mohammed moniek monika monique morris morten mostafa mourad
muhammad murat mustafa myra myriam myrthe nadia nadine najat nancy naomi naoual natalie natasha
nathalie nathan nathaniel neeltje neil nel nelleke nick nico nicola nicolaas nicolas nicole niek
niels nienke nigel niki nina noa noah noel noor noortje nora norah norbert norman noud nour nynke
ole olga oliver olivia olivier omar omer oscar oskar otto owen pamela pascal patrice patricia
patrick paul paula paulien pauline pedro peggy peter petra petronella philip philippa philippe
phoebe pien pier piet pieter pieternel pietje pim pleun quinten quinty rachel rachid rachida ralf
ralph ramon randy rashid raymond rebecca rebekka regina reinier reinoud rembrandt remco renate
rene renee rens renske ria riad rianne richard rick rico rik rike rinus rita roan robbert robert
roberto robin rodney roel roeland roelof roger roland rolf roman romy ron ronald ronnie roos
roosmarijn rosa rosalie rosanne roxanne ruben rudolf rudy ruth ruud ryan saar sabine sabrina said
saida salma sam samantha samira samuel sander sandra sanne sara sarah sascha saskia savannah scott
sean sebastiaan sebastian selena selin selma senna serge sergio severine shane shannon sharon
sheila shirley sibel siem sien sietske sigrid silke silvia simon simone sjaak sjoerd sjors sofia
sofie sonia sonja sophia sophie stan stefan stefanie stella stephan stephanie stephen steve steven
stijn sue-ann suleyman susan susanna susanne suzan suzanne sven svenja sylvia sylvie tamara tanja
tanya tara tatjana ted teddy tess tessa teun thea theo theodoor theodora theresa thijs thirza thom
thomas tia tibor tiemen tiffany tijmen tijn tim timo timon timothy tina tineke tjeerd tobias toby
tom tommy tony toon tracy trees trevor trijntje trudy tycho tygo ulrich ursula valentijn valerie
vanessa vera veronica veronique vicky victor vincent viola violet virginia vivian vivienne walter
wanda ward wendela wendy wesley wessel wiebe wieger wil wilbert wilco wilhelmina willeke willem
willemien willemijn william willy wilma wim wouter xander yara yasin yasmin yasmina yassin yolanda
youri yousra youssef yusuf yvette yvonne zakaria zara zeynep zoe zoey zohra
"""

_SURNAMES = """
aalbers aarts abbas abdi achterberg adams adriaans adriaanse ahmadi akkerman akkermans albers
alberts ali allen altena anderson andrews appel arends arendsen arnold atkinson baars baas bailey
baker bakker ball banks barendregt barends barker barnes bastiaansen bax beekhuizen beekman begum
bell bennett berends berendsen berg berkhout beukers beumer bijl blok blokland blom boekhout boer
boers boersma bogaard bogaerts bol bolt bontekoe boogaard boom boon boone boonstra borst bos bosch
bosma bosman bosmans bouma bouman bouwman brand brands brandsma brandt braun brink brinkman broek
broekhuizen broers bronkhorst brooks brouwer brouwers bruijn bruin bruins bryant buijs buis burger
burgers burns bush butler campbell carter cetin chen claassen claes clark clarke coenen cohen
collins cook cooper cornelissen coumans courtney cox crawford cruz cunningham daalen dam damen
dekker dekkers delgado demir derks diaz diepen dijk dijkema dijkman dijkstra dirks dirksen dirven
doesburg dogan dohmen donkers doorn doornbos douma driessen drost duijn dunn dwyer edwards eijk
elbers ellis elzinga engel engelen erdogan ernst essen evans evers everts evertsen farrell
feenstra fernandes fernandez fisher fleming flores fokkema ford foster franke franken fransen
frederiks freeman friedman fuchs galema garcia geerts gelder gerrits gerritsen geurts gibson
gielen gijsbers gomes gomez gonzales gonzalez goossens gordon gorter graaf graham grant griffin
griffiths groen groeneveld groenewegen groot groothuis grootveld haan hadi hagen hall hamilton
hansen harmsen harris harrison hartman hassan haverkamp hayes heemskerk heerema heijden heijnen
heinen henderson hendriks hendrikse hendriksen hermans hermsen hernandez heuvel heuvelmans hill
hoang hoek hoekstra hoeven hoff hofman hofstede hofstra hogan holland holmes holtrop hoogendoorn
hoogeveen hooijer hoppenbrouwers horst houben hout houtman howard huang hubbard hughes huijbers
huijgen huisman huizinga hulst hunter hussain ismail jackson jacobs jacobsen jager jamal janse
jansen jansma janssen janssens jaspers jenkins jennings jimenez johansson johnson johnston jones
jong jongeneel jonker jonkers jonkman joosten jordan kaiser kamp kamphuis kamps kaplan karimi kaur
kaya keizer keller kelly kemp kempen kennedy kerkhof ketelaars keuning khan kilic kim klaassen
klaver kleijn klein klijn klinkenberg klomp kloosterman knight knol koch koehler koeman koenen kok
kolen kolk koning konings kooij kooijman koole koolen koopman koopmans koster kosters kox
kraaijeveld kramer kraus kroon kruijf krul kuijer kuijpers kuiper kuipers kumar kurt lam lambert
lammers lange langen larsen lawrence lee leeuw leeuwen lemmens lenders levy lewis li liebrand lin
linden linssen liu lloyd loon lopez lubbers lucas luijten maas maassen macdonald machado marks
marshall martens martin martinez mason matthews mccarthy mcdonald mckenzie meer meesters meier
meijer meijers melis mendes mensink mertens meulen meyer michels middelkoop miller mitchell moens
mohamed mol molenaar moore morales moreno morgan morris mulder mulders muller munoz murphy murray
myers nagel nelson neuman nguyen nicolai nielsen nieuwenhuis nieuwenhuizen nijhof nijhuis nijland
noort nooteboom novak nowak obrien oconnor odijk olsen olson oomen oosterhof oosterhuis oosterom
oosterveld orlov ortiz osman otten oud overbeek owens ozdemir ozturk palmer park parker parsons
patel patterson pauw pauwels peeters pereira perez perkins perry peters petersen peterson pham
phillips pieters pietersen plas ploeg poel polman poppe porter post postma pot powell prins pronk
pruijs punt putten quist raaijmakers raap ramdin ramirez ramos ras reed reijnders reinders rensen
reynolds richards richardson ridder rietveld riley ripken rivera roberts robertson robinson
rodrigues rodriguez roelofs roelofsen rogers rombouts romijn roos rosenberg ross rossi rozendaal
ruijter ruiter ruiz russell rutgers rutten ryan sahin salem samson sanchez sanders sandoval santos
schaap scheepers schenk schepers schilder schipper schippers schmidt schmitz schneider schoenmaker
scholten scholtens schoonhoven schouten schreuder schreurs schroder schroeder schultz schulz schut
schuurman schuurmans scott segers shah shaw siebers siemons silva simmons simons simpson singh
slager sloot slot sluis smeets smit smith smits smulders snel snijder snijders snyder soares sousa
spaan spencer spijker spijkers staal stam stanley steen steenbergen stevens stewart stoffels stolk
stone straten strijbos sturm sullivan swart swinkels tas taylor teunissen theunissen thijs
thijssen thomas thomassen thompson thomson tiemens timmer timmerman timmermans torres tran tromp
tucker tuinstra turner uijttewaal unal vaessen valk veen veenendaal veenstra veerman veld velde
velden veldhuis veldhuizen veldkamp veldman venema verbeek verberne verbruggen verburg verdonk
verhaar verhage verhagen verheij verhoef verhoeven verkade verkerk vermaas vermeer vermeij
vermeulen verschuren verstappen verver vink visscher visser vissers vliet vloet voet vogel vogels
vos vries vrij vroom wagenaar wagner walker wallace walsh walters wanders wang ward warren
washington waterman watkins watson webb weber weijers welling wells wessels westerhof westra wever
wheeler wiegers wierda wiersma wijk wijnen wijngaarden wilkinson willems willemse willemsen
williams willis wilson winter winters witte witteveen wolff wolters wong woods wouters wright wu
xu yang yildirim yildiz yilmaz zanden zandstra zandt zeeman zhang zhao zijlstra zimmerman
zonneveld zuidema zwart
"""

_AMBIGUOUS = """
april august augustus jan black brown bruin bush carol chance chase day dean faith ford golden
grace gray green grey groen hill holland hope hunter jade joy juli july june juni kim king lee
long mark mason may mei olive oud page paris park pearl penny plas point post pot price punt ray
red rich robin rose ross sky snel stone summer sunny tas temple test van vos vrij ward west white
wil will winter winters wit wood woods young zwart
"""

TUSSENVOEGSELS = (
    "van",
    "de",
    "der",
    "den",
    "het",
    "'t",
    "ter",
    "ten",
    "te",
    "op",
    "in",
    "aan",
    "bij",
    "onder",
    "over",
    "uit",
    "voor",
    "von",
    "zu",
    "du",
    "la",
    "le",
    "da",
    "di",
    "dos",
    "el",
    "al",
    "ben",
    "bin",
    "ibn",
)
AMBIGUOUS = frozenset(_AMBIGUOUS.split())
FIRST_NAMES = (frozenset(_FIRST.split()) | MORE_FIRST_NAMES) - AMBIGUOUS
SURNAMES = (frozenset(_SURNAMES.split()) | MORE_SURNAMES) - AMBIGUOUS
