"""More surnames, by the countries that families in Dutch and British care come from, folded.

Written down for this project from general knowledge, not taken from a register; lower case, without
accents and prefixes. `known_names` holds the common Dutch and English ones and joins both.
"""

_DUTCH = """
abma abrahams achterhuis aerts alblas alderliesten amelink andela annema ariens aukema auke baan
baardman baart bakels bakkenes balk bartels bastiaans baten bavinck beekmans beemster beets bekker
beld benschop berben berendse bergman bergmans bergsma beers besselink beuker beuving bezemer
biemans bierens biesheuvel bijlsma bijsterveld binnendijk bisschop blankestijn bleeker bleijenberg
bloemen bloemendaal bodde boek boelens boerma boersema boeve bogers bokhoven boltjes bongers
bonnema bontje boonman boot bootsma borgman borsboom bosboom boschma bosscher boterenbrood botman
bouter bouwens bouwmeester bouwmans braakman braam bram brandenburg brandt bredewold breed breeman
breukelen brinkhuis broekema broekhuis broekman bronsema bruggeman bruggink bruinsma brummelhuis
brus buitenhuis buiter bulthuis busch buurman buurma cents claus cloosterman colijn coppens
cornelisse corstens cremers cuijpers daamen daemen dalhuisen damhuis damstra dankers dasselaar
deckers deelen deelstra dekens delft denissen derksen dessing deursen diemen dieleman dinther
ditmars doedens doeleman doeven dolman donker doorenbos doppenberg dorrestijn dorsman douwes
dreijer drenth driesen driesprong droog dubbeldam duinkerken duivenvoorden dulk dunnewind duursma
ebbers eelman eggink eijkelboom eikelenboom eising elberse elderen ellen elling elshof elsinga
emmen engelsman ensing erkelens esselink etten everaarts evers faber fasen feddema feijen ferwerda
flierman flikweert folkers folkerts fortuin franssen frederiksen frijters gaasbeek galama geelen
geerling geerlings geertsema gelderblom gelens gerards gerbrands gerlach geurtsen gielens gijzen
gillissen goedhart goedkoop goor gorissen gosens gosselink goudriaan goudswaard gouw graaff greven
griffioen groenendijk groenen groeneweg groenhuis groenink groenwold groot grutters gubbels haak
haaksma haanstra haar haarsma haas haasnoot haverkort heeren heerkens heesen hegeman heida
heijmans heikoop heins hekman helder hellinga helmond hemmes hendrix hengeveld hengst herder
heringa hermus hettinga heukelom heusinkveld heuveling hiemstra hijmans hilhorst hilgersom hobma
hoebe hoefnagel hoefsloot hoekman hoekema hoeksma hoenderdos hoevenaars hofland hofmans hofstee
hogenboom hogendoorn hokke hollander hollink holthuis holwerda homan honig hoogenboom hooghiemstra
hoogland hoogstraten hoogstrate hoorn hopman horstink houtkamp houtsma houwers hovestad huiberts
huijgens huijsman huijts huising huls hulsbos hulshof hulshoff hummel hupkes idema idzinga iedema
jaarsma jagt jansema jansens janzen jaspers jellema jelsma joling jonge jongejan jongen jonkhout
jorna jorritsma joustra jurriens kaandorp kalisvaart kalkman kampen kamperman kampman kamstra
kappers karels karssen kas kasteleijn keijser keijzer keizers kerkhoven kersten kessels keijzers
kievit kiers kirkels klaren klarenbeek kleijer kleine kleinjan kleinhuis klei klerk klinkert kloet
klompmaker kloos klooster kloot knaap knegt knoef knook knoop knottnerus koch koelewijn koenders
koenraad koerts koetsier kolkman komen konijn koning koningh kool koolhaas koolstra koomen koops
koorn koot koppelman kors korte kortekaas korteweg kossen kouwenberg kraan krabbendam krabbenborg
kraai kramer kranenburg kreeft kreuger krijgsman krijnen krikke kroes krol kroeze kroezen kruger
kruijer kruiswijk kruit kruize kruk kuijk kuijl kuijpers kuik kuil kuiters kwak kwakkel kwekkeboom
laan laarhoven lagerwaard lagerweij lamers lammerts landman langeveld langerak langenberg laurens
leemans leenders leenstra leeuwen leferink legierse leijen lemstra lens lentz leusink leuven
leyten lieshout lieuwes ligtenberg ligthart lindeboom lindeman lindhout linders lobbezoo loeffen
loman lommers londen loonen looman loos loosman lotens louwerse louwers lubberink ludwig luijk
luiten lunenburg luttikhuis maan maat maatman makkinga mallens mandemaker mandersloot manders
marinissen marinus markus marsman martinus mastenbroek mater matthijssen maurits meeuwissen
meeuwsen meeuwes megens meijerink meijering meijs meinders meis mekking melissen melssen menken
menting mertens metselaar metz meulenbelt meulenberg meulenkamp meulman meurs middelburg
middendorp miedema mijnen moerman moes moerkerk mollema molen mook mooij mooijman mudde muijs
muilwijk muis mulderij munster musch naaijkens naber nagtegaal nauta neefjes neijenhuis nelissen
niemeijer nienhuis niens nieuwkoop nieuwland nieuwstraten nijboer nijdam nijenhuis nijkamp nijs
nobel nolten noorda noordermeer noordhoek noordhof nooij nota numan oever okkerse olde oldenburger
olthof oltmans onderwater onstein oonk oorschot ooms oorthuis oortwijn oosten oosterbaan
oosterveen oosterwijk oostra oostrom opmeer orsel osinga osse ossewaarde ottens otter oude
oudejans oudenaarden oudshoorn overdijk overmars paans paap paauw palm pannekoek pap pas paulissen
paulus peek peelen peerdeman pelgrim pellikaan pelt penders penning pennings perdok pietersma pijl
pijnenburg pijpers plantinga plat plomp plug poelstra poldervaart polderman politiek poorter poort
poortman poortvliet postema postmus poster potters potze pouwels prenger prinsen prinssen pruim
pruis puijenbroek putman raaij raadsheer raaijen raats radstake ramaekers ramakers rasing ratering
reef reijers reijn reijnen reinhard reitsma remmers remmerswaal rengers renkema rensink renting
reus reuvers riemersma riemens rienks rietbergen rietdijk rietman rijken rijkers rijkeboer rijksen
rijn rijnders rijpkema rijpma rijpstra rijsdijk rikken rinsema ritsema robben roebroek roeleveld
roest roks rolloos romeijn rommers ronden rongen roode rood roodenburg roodbol roos roosen
roosendaal rosier rosmalen rottier rouw rouwenhorst rovers rozeboom rozema ruijs ruijssenaars
ruitenbeek ruiten rustenburg ruyter saaltink salomons samsom santen sas sassen schaaf schaafsma
schaap schaapman schalkwijk scharrenberg scheerder scheffer schellekens schellevis schepens
scherpenzeel schimmel schoen schoenaker schokker schoonen schoonderwoerd schoone schoorl schot
schotanus schouwenaars schouwstra schrama schreurs schrijver schuiling schuitema schuld schuring
schuttinga seinen sikkema sikkens simonis sinnema sinnige slagter slangen slegers slingerland
sloof slootweg slot smaling smallegange smedes smeenk smid smidt smink smits snoeijs snoek soeters
spanjer spek spierings spierenburg spit sprenger sprong spruijt staats stad stadhouders stallinga
stam steeman steenhuis steenstra steenwijk steenwinkel steinmetz stienstra stigter stikkelman stob
stoel stoelinga stokman stokkers stoop stoter straatman straathof straatsma strik strikwerda
stroeve stuiver suurmond suijkerbuijk swinkels sybesma sytsma tacken talsma tamminga tangelder
teeuwen teeuw tekelenburg telgen tempelman tepper terlouw terpstra tervoort theeuwen thomassen
tichelaar tielemans tigchelaar tijssen tilborg tilstra timmers tinga tissink toering tol tolsma
toonen top traas tromp tuin tuijn tuijnman tukker tuithof uijl uijterlinde uitham ubels
uittenbogaard vaartjes valkenburg valkema vandenberg vandenbroek vandijk vanvliet vastenhout
veenhof veenhuis veldhoen velema vellema velthuis velthuizen velzen venhuizen venhuis venneman ven
verbakel verbeeck verbiest verbraak verbunt verdegaal verduijn verdult vergeer vergouwen verheijen
verheul verhoeks verhoeff verhoog verhulst verkaik verkuijl verkuil verlaan verlinde vermeire
vermeule vermolen vernooij verploegen verschoor verschueren versluis versteeg versteegh
verstraaten verstraten vervloet verweij verwoerd verzijl vesters vijver vijn viergever vierhout
vinke vis vissia visscher visser vlaar vlaming vlasblom vlam vleeming vleeshouwer vlemmix vogelaar
vogelzang vollebregt volkers vonk voogd voogt voordijk voorhoeve voorn voorst vorstenbosch voskuil
voskuilen vreeburg vreeken vreeman vreugdenhil vriend vriens vriezen vrolijk vroegop vuijk waaijer
waal waard waardenburg wammes wanrooij warmerdam wassenaar wassink waterink weel weenink weerd
weert weijden weijenberg weijers welten wensink wenting werf werkhoven werner wesdorp wesseling
wesselink westbroek westerbeek westerink westerveld westenberg weststrate wetering wezel wichers
wieling wielinga wierenga wieringa wiersinga wijbenga wijma wijngaard wijnhoven wijnja wijnstra
wildeman wildschut wilbrink willemsen willems wilmink winkel winkelman winkels winter witjes
witkamp wittenberg wittebol woerdeman wolfs wolbers wolters wolterink wortel woudenberg woudstra
wouda wubben wullems wyngaarden ypma zaal zaat zeeman zeeuw zeilmaker zeilstra zegers zevenbergen
zijderveld zijl zijlmans zoet zoetemelk zoeteman zomer zondag zonderland zoon zoutendijk zuidam
zuiderveld zuidhof zuijderwijk zuurbier zwaan zwanenburg zwarts zweers zwiers zwijnenburg zwerver
"""
_ENGLISH_FRENCH_GERMAN = """
abbott abel adamson ainsworth akhtar alexander allan alvarez andrews archer armstrong ashton
atkins austin ayres bacon baldwin ballard banner barber barker barlow barnett barrett barron barry
bartlett barton bates baxter beard beattie beckett bell benson bentley berry bibi birch bird
bishop blackburn blake bolton bond booth bowen bowers boyd boyle bradford bradley bradshaw brady
brennan brewer bridges briggs britton brock brooker browne bruce bryan buchanan buckley bull
burgess burke burnett burrows burton byrne cain cameron cannon carey carlson carpenter carr
carroll carson casey chadwick chambers chandler chapman charlton chavez chen christie church
clayton clements cole coleman connolly connor conway cooke cooper copeland corbett cross crossley
curry curtis daly daniels davenport davey davidson davies davis davison dawson dean denton
dickinson dixon dobson dodd doherty donaldson donnelly douglas doyle drake duffy duncan dyer dyson
eaton elliott ellison english erickson everett fairweather farmer faulkner ferguson field finch
finley fitzgerald fletcher flynn forster fowler fox francis franklin fraser frost fry fuller
gallagher gardiner gardner garner george gibbons gibbs gilbert giles gill glover goddard godfrey
goodman goodwin gough gould greenwood greer gregory grimes hale haley halliday hammond hancock
hanson harding hardy harper harrington hartley harvey hawkins haynes heath henry herbert herrera
hewitt hicks higgins hilton hinton hobbs hodgson hollingsworth holloway holt hooper hopkins horn
horton houghton howarth howe howell hudson huff humphreys humphries hurst hutchinson hyde iqbal
ingram irving jarvis jeffery jennings john joseph joyce kay keating kemp kendall kent kerr khalid
kirby kirk knowles lamb lane larson lawson leach lester levine lindsey little locke logan lowe
lucas lynch lynn lyons mackay mackenzie macleod mahmood maldonado mann manning marsden marsh
marshall massey mccall mccann mcbride mccoy mccormick mccullough mcdermott mcgrath mcgregor
mcguire mcintyre mckay mckee mckenna mckinney mclaughlin mclean mcmahon mcmillan mcnally mcneil
mcpherson meadows medina mellor mendoza mercer meyers middleton miles mills milne montgomery moody
moon moran morrison morrow morton moss mullins munro murdoch nash naylor newman newton nicholls
nicholson nixon noble nolan norman norris norton obrian odonnell oliver oneill osborne osullivan
owen pace page paige palmer parkes parkinson parry parsons patterson patton payne pearce pearson
peck pemberton penn perez perrin phelps pickering pierce piper pollard poole postlethwaite potter
potts pratt preston price pritchard pugh quinn ramsey randall rankin rawlings raymond rees reese
reeves reid reilly rhodes rice riddell rigby robbins roberson robson rodgers rooney rosario rowe
rowley royle rush rutherford sargent saunders savage schofield sharp sharpe sheikh shelton
shepherd sheppard sherman shields short simmonds sims sinclair skinner slater sloan small snow
stafford stark steele stephens stephenson stevenson stokes strong summers sutton swift talbot tate
terry thornton todd tomlinson townsend travis tuck tyler underwood vance vaughan vega vincent wade
wainwright wallis walton warner watts weaver webster weeks welch west weston wheatley whitaker
whitehead whitehouse whitfield whittaker wiggins wilkins wilkes willett winston wolfe woodward
woodhouse wyatt yates york albrecht arnaud aubert aubry barbier baumann bauer beck becker bender
benoit berger bergmann bernhardt bertrand besson binder blanc blanchard boehm bonnet bouchard
boucher boulanger bourgeois boyer braun brenner breton brun brunet busch caron carpentier
chevalier clement colin collet cordier cousin david deschamps didier diaz dietrich dubois dufour
dumas dumont dupont dupuis dupuy durand ebert eberhardt ernst etienne fabre faure fischer fleury
fontaine fournier franz frey friedrich fritz fuhrmann gaillard garnier gauthier gautier geiger
gerard giraud gottschalk graf gross guerin guillaume guillot gunther haas hahn hartmann haase
hebert heinrich heinz hein heller henkel hermann herrmann herzog hess hoffmann hofmann hohn huber
hubert huebner jacquet jager jahn joly jung kaiser keller kern kirchner klein klose koehler kohler
konig kraft krause krebs kremer kruger kuhn kunz lacroix lambert lang lange laurent lebrun leclerc
lecomte lefebvre lefevre leger legrand lehmann lemaire lemoine leroux leroy lindner lorenz ludwig
lutz maillard mallet marchand marie marty martel masson mathieu maurer mayer meier meister menard
mercier merkel metz meunier michaud michel moeller mohr moreau morel morin moser moulin mueller
nicolas neumann noack noel olivier otto paris pasquier perret perrot petit pfeiffer philippe
picard pierre poirier pohl poulain prevost reinhardt renard renaud renault rey reuter richard
richter riviere robert robin roche roger rolland rose roth rousseau roussel roux roy sauer
schaefer schafer scherer schilling schlegel schmid schmitt scholz schreiber schroter schubert
schuhmacher schulte schulze schuster schwab schwarz seidel seifert simon singer sommer stein
steiner stephan strauss thiel thierry thomas ulrich vasseur vetter vidal vogt voigt vollmer wagner
walter weber weiss wendt werner winkler wirth wolf ziegler zimmermann
"""
_TURKISH_ARABIC_BERBER = """
abdelkader abdullah abouzaid achahbar achour adiguzel ahmadi ahmed akbas akbulut akca akgul akin
akkaya akkus aksoy aksu aktas akyol akyuz alami alaoui albayrak ali alkan altin altun altuntas
amghar amrani aouad arabi arslan asan aslan atalay atas ates attar avci aydemir aydin aydogan
ayhan ayyildiz azizi azough azzouzi baddou bahri bakali balci baran barlas bas baser basaran
bayrak bayraktar belhaj belkacem benali benaissa benamar bencherif bendahou benhaddou benjelloun
benmoussa bennani benomar benslimane berber bilgin bilgic birinci bouali bouazza bouchikhi boudiaf
boujemaa boukhari boulahya boumediene bouras bousfiha boutaher bouzid bouzidi bozkurt bulut cakir
cakmak can celik cengiz ceylan chaouch chaouki charif cherif cherkaoui cinar coban cos coskun dag
daoudi demirci demircan demirel demirtas deniz dere dinc dogru duman duran durmus dursun ekinci
elaroussi elbaz elfassi elkhattabi elmas elouardi erbas ercan erdem eren ergin ergun erkan eroglu
ersoy ertas essaidi ezzahraoui faraji farah farooq fassi filali genc ghali gokce gok gul guler
gultekin gunes gungor gur gurbuz guven haddad haddadi haddaoui hadji hakimi halil hamdan hamdaoui
hamdi hamid hamidi hammadi hamza hasani hassani hosseini hussein hussaini idrissi iben ibrahim
ilhan inan ince ipek isik jabbari jaouhari jebbari kabbaj kacar kadi kahraman kalkan kaplan kara
karabulut karaca karadag karagoz karahan karakas karakaya karakoc karaman karatas karatay kassem
kavak kaya kayhan kazan keles keser khalifa khattabi khouya kilicaslan kiraz kirmizi koc kocak
kose koyuncu kucuk kurt kurtulus kutlu lahlou lamrani lazrak maalouf mahdi mahmoud mahmoudi
mansouri marzouki mert messaoudi meziane mokhtari morabet moussaoui moussa mouhoub mousa mustafa
mutlu najjar nasser nasri omar onal oner ongun orhan ouali ouazzani oudghiri oukili oulad ouahbi
ozbek ozcan ozdogan ozen ozer ozgur ozkan ozmen ozsoy ozyurt pala pehlivan polat rachidi rahimi
rahmani rahmouni ramadan rami raissi rifai saadi saidi saglam salah saleh salhi samadi sari
sarikaya sayin sebti sen sener serhan sever simsek slimani sonmez soussi soylu suleiman sultan
taheri tahiri taleb tan tanriverdi tas tasci tazi tekin temiz tezcan toprak tosun touil touzani
tuncer tunc turan turgut turk turkmen ucar ugur ulusoy unlu ural usta uysal uzun varol yalcin
yaman yasar yavuz yazici yazidi yener yesil yigit yucel yuksel yurt zaidi zahidi zaki zeroual
zerouali ziani zouhri zorlu
"""
_SOUTH_AND_EAST_EUROPE = """
abreu acosta adamczyk adamski aguilar alonso alvarez alves amaral amaro andrade andrzejewski
antonescu antunes araujo arias aznar azevedo babic baptista baran baranowski barbieri barbosa
bartkowiak batista bak bellini benitez bernardi bianchi blanco blazquez borges borkowski brandao
branco brito bruno brzezinski caballero cabrera calvo campos caputo cardoso caruso carvalho casado
castelli castillo castro cattaneo chmielewski cieslak coelho colombo conti coppola cordero correia
cortes costa cruz cunha czarnecki czerwinski dabrowski delgado dias dimitrov dominguez domingues
domingos duarte duda dudek durand esposito estevez fabbri farina faria ferrara ferrari ferraro
ferreira ferrer ferri figueiredo fonseca fontana fontes franco freitas fuentes gajewski galli
gallo gallego galvao gaspar gatti gentile georgiou gil gimenez giordano glowacki gomes goncalves
gorski grabowski grasso greco grzelak guerra guerreiro guerrero gutierrez guzman henriques herrero
hidalgo horvat horvath ibanez iglesias ionescu ivanov ivanova jablonski jakubowski jankovic
jankowski jasinski jastrzebski jaworski jesus jovanovic kaczmarek kaczmarczyk kalinowski kaminski
kaminska kania karpinski kasprzak kaczynski kolodziej konieczny kopec kovac kovacs kowalczyk
kowalewski kowalska kowalski kozak koziol kozlowski krajewski krawczyk krol krupa kruk kubiak
kucharski kurek kwiatkowski laskowski leal leite leon lewandowski lima lis lisowski lombardi
lombardo longo lopes lorenzo lourenco lozano lukasik maciejewski macias madeira magalhaes majewski
makowski malinowski mancini marchetti marciniak marek mariani marin marini marino marques marquez
martinelli martini martino martins matias matos mazur mazurek medina melo mendez mendonca mesquita
messina michalak michalski mihai mikolajczyk milani miranda molina monteiro montero montanari
monti morais moreira moreno moretti morales mota moura moya mroz munoz murawski mazurkiewicz
navarro neri neves nikolic nogueira nowacki nowakowski nunes olivares oliveira olszewski orlando
ortega ostrowski otero pacheco pagano palmieri palumbo parisi parra pascual pavlovic pawlak pawlik
pawlowski paz pellegrini pena petrovic perez petrov piatek piccoli pietrzak pinheiro pino pinto
piotrowski pires popa popescu popov prieto przybylski ptak queiros quintana raimondi ramalho
rebelo reis ribeiro ricci rinaldi rizzi rizzo rocha roman romano romero rosa rosi rossetti rossini
ruggiero rubio russo rutkowski saavedra sadowski saez salazar sala sanna santana santi santiago
santoro santos sanz sartori sawicki serra serrano sepulveda sikora silvestri silveira simao simoes
sobczak sokolowski soler soto sosnowski stanek stefanski stoica suarez szewczyk szczepanski szulc
szymanski szymczak tavares teixeira testa tomaszewski tomczak torre trindade urban valente
valentini vargas vasconcelos vasquez vaz vazquez velasco ventura vera vicente vidal vieira villa
villanueva vitale vitali wasilewski wieczorek wilczek wisniewska wisniewski witkowski wlodarczyk
wojciechowski wojcik wojtowicz wozniak wrobel wroblewski wysocki zajac zakrzewski zalewski
zawadzki zielinska zielinski zimny
"""
_SURINAM_ASIA_AFRICA = """
abdullahi acheampong addo adebayo adeyemi agarwal agyeman ahuja aidoo akhtar amatredjo anand ansah
appiah arora asante ashraf baboeram badal balde baldewsingh bangura banerjee baptiste barry
bhagwandin bhatt bhikharie biharie bihari biswas blijd boateng boedhoe boedhram boldewijn burleson
camara cao chan chandra chatterjee chaudhary chaudhry chen cheng cheung chin chowdhury cisse
codrington dang das deng dhillon dias diallo diarra dihal diop do doerga dong duong emanuels
ganesh gangadin ganpat ghosh gill goud gunawan guo gupta gurung hardjo hartono he hidayat ho
hossain hu huynh iqbal islam jadnanansing jagernath jagroep jain jairam jankie jankipersad jharap
jha jhinkoe jiang jiawan kalloe kalpoe kamara kapoor kartosen kasanredjo khanna khatun kishoen
koendjbiharie koulibaly kromosoeto kurniawan kusuma lai lalmohamed lau law le leung liang lin lo
lu luo luong luu ly ma mahabier mahabir mahadew malhotra malik mangal mangroo mannan matai mehta
mensah mishra mistry mitra moestadja mohan mohanlal moti mukherjee munsi nair nanhoe nandlal
nasution ng ngo nguema nugroho nwosu obi oedit oedayrajsingh oemrawsingh ofori okafor okeke
okonkwo ong oppong oudit owusu pan pandey pangestu park partosoebroto peng persaud phan phung
pinas pradhan prasad pranoto prasetyo pratama purwanto putra qureshi raghoenath raghubir rahayu
rahman raj ramautar ramautarsing ramcharan ramdas ramdhani ramdin ramdjan ramessar ramkhelawan
ramlal rampersad ramsaran ramsoedh rana rao rathod reddy ren roy saha sahadew saini samson
santokhi santoso saputra sardjoe sarjoe sarkar sedney setiawan sewdien sewnarain sewradj sen sesay
sharma sheikh shen shukla sidhu simbolon sinha siregar situmorang soebroto soekhlal soekhoe
soerdjan somai sordam sow srivastava suharto sukhai sukhraj sukul sun surya susanto suryadi tahir
tan tang thapa tian tjin toekiran toure tran trinh truong utomo varma venetiaan verma vo vu vyent
wahyudi wan wen wibowo widjaja wijaya wijdenbosch wijngaarde winata wongso xie xu yadav yan yao ye
yeung yip yu yuan zeefuik zeng zheng zhou zhu
"""

MORE_SURNAMES = frozenset(
    word
    for words in (
        _DUTCH,
        _ENGLISH_FRENCH_GERMAN,
        _TURKISH_ARABIC_BERBER,
        _SOUTH_AND_EAST_EUROPE,
        _SURINAM_ASIA_AFRICA,
    )
    for word in words.split()
)
