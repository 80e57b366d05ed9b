"""Words that stand in clean columns of a study: labels, diagnoses, medicines, schools, colours.

Dutch and English (a few German and French), folded; written down from general knowledge. They say
of a column of words that it is a list of categories and not of people. A word that is missing here
does no harm alone: a column is judged by the most of its words, and endings help (`-therapie`).
"""

import re
from functools import cache

_WORDS = """
a aan about above absent actief active adequate adhd adolescent adoptie adopted adult af affect
afraid after afwezig age agree alle alleen all allergic allergy almost alone also alternatief
altijd always ambulant and angry angst angstig anders answer antwoord any anxiety anxious apart
app april are arm asian asd asperger ass at attachment attended august augustus autism autisme
average avond avoidant baby back bad balanced bang baseline basis basic beetje been before begin
behaviour behavior behandeling bekend below beneden best beter better between bezig big bij bijna
bipolair bipolar bird black blauw blij blind blue boos both bottom boven boy boys brief broer
brother bruin brown buiten but by calm can care cancelled cat category cd center centre child
children chronic client clinic clinical closed closing cluster code cohort coach combination
combined combi compleet complete completed complex completers conduct congruent control controle
could couple course crisis cross current daily dag dagen dan dark day days de dead december
declined degree delayed den depressed depression depressie desk diploma direct disagree disorder
divorced dizzy dog done door down dropout dropped drug duration during dutch dyad dyslexia
dyslexie dyspraxie each early easy echo een eens eerst eerste either eight eind einde elke elf
emdr emotion emotional emotie employed empty ended engels english enkele environment episode erg
error ernstig etc even evening ever every evidence excellent excluded exercise expert extern extra
face fail fair fairly false family fase fast father feeling feel february februari fee female few
fifth final fine first five flat flu focus follow followup for foster four fourth free friday
frequent frequently friend from front full fully gedeeltelijk gedrag geel geen gehuwd gemiddeld
gemengd general generalised geleerd genoeg gescheiden gespannen gestopt gestart gewoon gezin
gezond girl girls goal goed good grade gray great green grey grief grijs groen groep groot grote
group guided had half happy hard harm havo hbo head health healthy heel heart helemaal help hem
het high higher hij hoe hoofd home hoog hoge hospital hour hours house how huis hulp hyper ik
illness immediate imputed in incomplete incongruent individual individueel infant initial
inpatient inside insight insecure intact intake intens intensive intern intervention interventie
into is iets january januari jaar jarig joint jong jongen juli july june juni just kind kinderen
klas klein klinisch koud kort kwaad kwetsbaar laag laat lage large last laatste late later left
leeg leerling leven level licht light like likely link links little living local long low lower
maand maanden maandag maanvis male man mannelijk march maart marked married matig maximum maybe
mbo measure medium mee medication meer meest meestal meisje member men mensen met middel middelste
middle midden mid mild minder minimal minst minimum minor minuten missed missing mixed mobile
moderate moe moeder moeilijk mondeling monday month months mood morgen morning most mostly mother
motor moved much muis na naar nacht near negatief negative neither nervous neutraal neutral never
new next nee neen niet niets nieuw night nine nil no noch nog none nooit nor normaal normal not
nothing november now number nurse obese observer october of off often oktober old on once one
onbekend onder ongehuwd online only onrustig ontspannen onvoldoende onzeker op open or orange
oranje orthopedagoog other ouder ouders outpatient over overig own paar paars pain panic panisch
paniek parent parents part partial partially partner passed passief past patient peer period
permanent persistent phase phobia pink place placebo plan planned play pmt poor positief positive
possible post pps pre present prefer preschool primary primair prior private probable problem
programme program psychiater psycholoog psychologist psychosis public purple quarter questionnaire
quite rarely rather reason recent rechts recovered red refused regelmatig regular regulier relapse
relief remote rest resistant retired right rood roos role roze rustig sad safe same saturday
school schriftelijk scale score second secondary secundair secure seldom self sensitive separated
september serious session sessie seven severe severely sham share short sibling sick side silver
similar single sister six sixth slecht sleep slight slightly slim slow small smoker snel social
sociaal some somber sometimes somewhat son soms soon special speciaal speech spring stable stabiel
standard start started status step still stopped straight stress strong strongly student study
subject suicidal summer sunday support sure switch tau team teen telephone ten tertiary test than
that the their therapist therapeut therapy therapie they thin third this three thuis thursday tien
tijd tijdens time times to today toe together too total totaal traag trauma treatment treated true
trial tuesday twaalf twee two type uitgebreid uitstekend unable under underweight unemployed unit
unknown unlikely unsure until up upper uren usual usually uur vaak vader vaardigheid vaardigheden
vast veel veilig verbal verdrietig verhuisd verlegen very verzorger viable vier video vijf vijfde
visit visits vmbo vol volledig voldoende volgende volwassen voor voortijdig vrij vrijdag vroeg
vrolijk vrouw vrouwelijk vso vwo waitlist waiting wachtlijst warm was water week weekend weeks
weinig weken wel wednesday weiger werk werkend white wie wit with withdrawn withdrew without wo
woensdag woman women word work worse worst year years yellow yes yet you young youth zaterdag zeer
zelden zelf zelfbeeld zes zeven ziek ziekte zij zoon zondag zonder zorg zus zusje zwaar zwak zwart
zwijgt aap adder albatros alligator antilope arend bear beer beaver bee bever bison bizon buffel
butterfly camel cheetah chicken cow crab crane crocodile crow das deer dolfijn dolphin donkey
draak dragon duck duif eagle eekhoorn eend egel eland elephant elk emoe ezel falcon ferret fish
flamingo fox frog gans geit giraf giraffe goat goose gorilla haai haan haas hamster hare hawk
hedgehog heron hert hippo hond hommel horse hyena ibis jaguar kameel kameleon kangoeroe kangaroo
kat kikker kip koala koe konijn kraai krab krokodil kwal lama lamb lammetje leeuw lemur leopard
lion lizard lynx marmot meeuw merel mier mol monkey moose mouse mug mus neushoorn newt nijlpaard
octopus olifant ooievaar orka ostrich otter owl ox paard panda panter parrot pauw peacock pelikaan
penguin pig pigeon pinguin poes pony puma rabbit raaf rat raven ree reiger robin rups salamander
schaap schildpad scorpion seal shark sheep slak slang snail snake sparrow specht spin spider
spreeuw squirrel stier swan tapir tiger tijger tortoise turtle uil valk varken vis vleermuis
vlinder vlieg vogel vos walrus walvis wasp wesp whale wolf worm zalm zebra zeehond zwaan zwaluw
acacia berk beuk eik els es ginkgo hazelaar iep kastanje linde maple oak olijf palm pijn pine
populier rowan spar wilg willow anjer aster daisy iris jasmijn lelie madelief orchidee papaver
tulp viooltje amber azure beige brons coral crimson cyaan cyan goud gold indigo ivory khaki
lavender lila lime magenta maroon mauve mint navy ocher olive purper scarlet teal turquoise violet
zilver appel banana banaan cherry druif kers kiwi lemon mango melon perzik pruim citroen mercury
venus earth mars jupiter saturn uranus neptune pluto aarde saturnus neptunus noord zuid oost west
north south east centraal central zuidwest noordoost zuidoost noordwest alpha beta gamma delta
epsilon zeta eta theta iota kappa lambda sigma omega afghanistan albania algeria argentina armenia
aruba australia austria belgie belgium bosnia bosnie brazil brazilie bulgaria bulgarije canada
chile china colombia croatia curacao cyprus czechia denmark denemarken duitsland ecuador egypt
egypte england engeland eritrea estonia ethiopia ethiopie finland france frankrijk georgia germany
ghana greece griekenland hongarije hungary iceland ierland india indonesia indonesie iran iraq
irak ireland israel italie italy jamaica japan jordan kenya korea kosovo latvia lebanon libanon
lithuania luxembourg macedonia malaysia mali malta marokko mexico moldova morocco nederland
nederlands nederlandse nepal netherlands nigeria norway noorwegen oekraine oostenrijk pakistan
peru philippines poland polen portugal romania roemenie rusland russia rwanda schotland scotland
senegal serbia servie singapore slovakia slovenia somalia somalie spain spanje sudan soedan
suriname sweden switzerland syria syrie taiwan tanzania thailand tunisia tunesie turkije turkey
uganda ukraine usa venezuela vietnam wales zambia zimbabwe zweden zwitserland america africa asia
europe europa azie afrika antillen states united kingdom amsterdams arabisch berbers chinees deens
duits farsi frans fries fins grieks hindi italiaans japans koerdisch papiamento pools portugees
russisch spaans somalisch turks zweeds afrikaans arabic chinese danish finnish french german greek
italian japanese korean kurdish polish portuguese romanian russian somali spanish swedish tigrinya
turkish urdu alabama alaska arizona arkansas california carolina colorado connecticut dakota
delaware florida hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland
massachusetts michigan minnesota mississippi missouri montana nebraska nevada hampshire jersey
ohio oklahoma oregon pennsylvania rhode tennessee texas utah vermont virginia washington wisconsin
wyoming gelderland limburg brabant zeeland friesland flevoland overijssel drenthe holland abilify
amitriptyline amlodipine aripiprazol aripiprazole aspirin aspirine atomoxetine bupropion buspirone
citalopram clomipramine clonazepam clonidine clozapine concerta diazepam depakine dexamfetamine
duloxetine equasym escitalopram fluoxetine fluvoxamine guanfacine haldol haloperidol ibuprofen
imipramine insulin insuline intuniv lamotrigine levothyroxine lithium lorazepam medikinet
melatonin melatonine metformin methylfenidaat methylphenidate metoprolol mirtazapine nortriptyline
olanzapine omeprazol omeprazole oxazepam paracetamol paroxetine pipamperon prednisone pregabalin
promethazine propranolol prozac quetiapine ramipril risperdal risperidon risperidone ritalin
salbutamol seroquel sertraline simvastatin strattera tamoxifen temazepam topiramate trazodone
valproate venlafaxine ventolin xanax zoloft zolpidem zopiclone lisdexamfetamine elvanse aggressie
aggression agorafobie anorexia apathy arfid asthma astma avoidance boulimia bulimia burnout
cannabis cbt act catatonia dbt delusion dementia dsm encopresis enuresis epilepsy epilepsie fobie
gad gts hechting hechtingsstoornis icd insomnia mania migraine mindfulness mutism mutisme
nightmare obesity obsessive ocd odd otsd overweight ptsd ptss psychosomatisch rouw schema
schizophrenia sensomotorisch sib slapeloosheid somatic stotteren tic tics tourette verslaving
zelfbeschadiging dyscalculie dcd tos lvb mcdd nld pdd nos reactive eft mbt ipt tft psychoeducation
basisonderwijs basisschool college gymnasium onderwijs praktijkonderwijs university bachelor
master doctorate phd vocational niveau brugklas peuterspeelzaal kleuter kleuterschool lyceum
middelbare kinderdagverblijf montessori dalton jenaplan vrijeschool openbaar katholiek protestant
islamitisch bijzonder sbo sbao zmlk zmok elementary kindergarten junior senior graduate
undergraduate accountant artist baker builder carpenter chef cleaner clerk cook dentist doctor
driver electrician engineer farmer huisvrouw huisman ingenieur kapper kok lawyer leraar loodgieter
manager mechanic monteur musician officer painter pilot plumber police politie programmer
professor schilder schoonmaker scientist secretary soldier teacher technician timmerman verkoper
verpleegkundige waiter worker writer arts advocaat bakker boer chauffeur walk walking cycling
swimming running dance football voetbal hockey tennis judo gym muziek music drawing tekenen lezen
reading gaming koken dansen zwemmen fietsen wandelen acceptance accuracy amount angle area
attention balance beats body brain breath bpm business capacity class colour color condition
contact cost count depth device distance dose economic economy education effect effort energy
factor fear food force form frequency gender genre ground growth guilt hand height hope humidity
income index industry item joy juvenile key language leaf length lip list loss love market mass
mean memory message metal method minute model money movement nature noise object order oxygen page
percent phone plant point power pressure price process product protein quality quantity question
race random range rate reach region report response result reward room sample sand science season
sector shame size skin soil sound source space species speed square stage state steel stone store
strength structure sugar surface symptom system table target task taste temperature text theory
tone touch town trade train transport travel tree trust turn urban rural value variable view
volume voice war weather weight width wind window wood world zone ja nein oui non mann frau homme
femme weiblich mannlich keine nie selten manchmal oft immer jamais parfois souvent toujours gut
schlecht bon mauvais leicht mittel schwer faible moyen eleve accepts aim alles bent ben
bijvoorbeeld blijf dat die dingen doe doen durf eigenlijk eten ga gaat gaan geef gedachten gehad
gek gevoel geweest graag heb hebben heeft hier hoor hun iemand jezelf jij kan kijk kom komt kon
kunnen laten leuk liever maak maken mag mij mijn moet moeten nam nu om ons ook praten slaap slapen
spreek staat te ter terug tot toch u uit van vandaag vind vinden voel voelen vond voordat waar wat
weer weet werd wil willen worden wordt ze zich zien zijn zit zo zou able again am an as because
being cannot do does doing enjoy find get give go going have he her him his i if it its keep know
look make me more my myself need our really say see seem she so such take talk tell them then
there these thing things think tired try us want we well were what when where which who why will
would your angola benin burundi botswana cameroon chad congo gabon guinea honduras guatemala
nicaragua panama paraguay uruguay cuba bolivia haiti barbados bahamas mauritius madagascar malawi
mozambique namibia niger zaire liberia libya togo oman qatar kuwait bahrain yemen cambodia laos
myanmar burma mongolia bangladesh sri lanka fiji samoa trinidad salvador costa rica republic
dominican car british caribbean irish gypsy african sikh math mathematics algebra statistics
chemistry biology physics history geography literature sociology calculus studies psychology
rekenen taal wiskunde spelling verbeterd verslechterd onveranderd hersteld pleegouder improved
worsened unchanged feb mar apr jun jul aug sep oct okt nov dec mrt utrecht groningen islam islamic
christelijk christian jewish joods hindoe weekly monthly beide samen donker deceased overleden
aanwezig fulltime parttime ondernemer werkloos zelfstandig tafel stoel boom fiets maan auto bed
deur lamp brood melk kaas ei bal boek pen stift potlood papier tas jas schoen broek trui hoed bril
sleutel kast raam muur vloer dak tuin bloem gras zand zee strand berg rivier brug trein bus boot
vliegtuig klok ring mes vork lepel bord glas kopje fles doos emmer touw draad naald schaar steen
hout ijzer vuur rook wolken regen sneeuw ijs ster lucht neus oog oor mond tand haar voet vinger
knie rug buik hart chair bike moon apple bread milk cheese egg ball book pencil paper bag coat
shoe hat glasses wall floor roof garden flower grass sea beach mountain river bridge boat plane
clock knife fork spoon plate glass cup bottle box bucket rope needle scissors iron fire smoke
cloud rain snow ice star nose eye ear mouth tooth leg foot finger knee lake road city village
computer screen puerto rico hong abroad buitenland
elders elsewhere platteland stad dorp countryside suburban schoolarts
bedrijfsarts wijkteam ggz jeugdzorg consultatiebureau cjg gemeente tandarts kno jeugdbescherming
court self bayley wppsi wisc wais sdq cbcl psi phq scared cries vineland vragenlijst
interview observatie umc kliniek praktijk poli polikliniek instelling locatie karakter accare
radboudumc amc lumc vumc erasmus redelijk behoorlijk nogal vermijdend ambivalent gedesorganiseerd
disorganised disorganized stedelijk speelkamer kamer bedroefd verrast walging surprised disgusted
reattach
"""
WORDS = frozenset(_WORDS.split())

_ENDINGS = re.compile(
    r"(?:heid|teit|tie|ties|sche|isch|ische|lijk|lijke|ment|ments|ness|tion|tions|sion|sional|ional|ity|ism"
    r"|isme|ical|ious|less|able|ible|ology|logie|logy|logisch|therapie|therapy|stoornis|stoornissen|disorder"
    r"|school|zorg|onderwijs|groep|training|behandeling|azine|apine|azepam|epam|olol|oxetine|ipramine"
    r"|triptyline|statine?|mycine?|cilline?|barbital|phenidate|fetamine|idone|pram|atine|ized|ised|ated|fully"
    r"|ence|ance|schap|baar|zaam|loos|loze|achtig|erige|atief|atieve|ieve|ische|atie|emie|itis|osis|pathie"
    r"|pathy|graphy|metry|metrie|phobia|fobie|fobisch|ings|ingen|iteit|ively|ating|ering|niveau|klachten"
    r"|problemen|problems|systeem|programma|kunde|kundige|psychotic|depressive|anxious|hours|dagen|weken"
    r"|maanden|jarige|lijst|gesprek|begeleiding|opvang|opname|huis|therapeut|therapist|loog|pedagoog|werker|worker|deskundige)$"
)


@cache
def is_ordinary(word: str) -> bool:
    """Say whether a folded word is an ordinary one, by the list or by its ending."""
    return word in WORDS or (len(word) >= 8 and _ENDINGS.search(word) is not None)
