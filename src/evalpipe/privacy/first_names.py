"""More first names, by the countries that families in Dutch and British care come from, folded.

Written down for this project from general knowledge, not taken from a register; lower case, without
accents. `known_names` holds the common Dutch and English ones and joins both.
"""

_DUTCH = """
aaron abby adinda alida aliyah amelie amira annabel annefleur annelien annika antonius arjen aron
arwen auke benthe berdien bernice bodhi bonne boaz broos carice caspar cato celeste charlotta
cheyenne claartje cleo cornelius dani dante david davy dean diede dienke dinant dinah doortje duuk
eefke elena elif elin elize elja ellis eloise elva emmy engbert esmeralda eveline everhard fay
faye feije felice felix femme fiene floortje folkert fransje fransien froukje gaby geertruida
gemma gerrie gerlof gijsbert gitta greet greta grada guusje hannes harmen hedwig heidi hein
henkjan henrike hester hilbert hille hugo huub ida imke ineke isis iza jacintha jacomijn jade
jaimy jalou janne jannie janou jans jantien jarne jasmina jayda jayson jelte jenna jente jeske
jeanine jinte jitske joanneke jochum joelle jolijn joly jonne joris josefien joska jotte juliet
julius jurriaan jurrian jytte kaj kai kasper kay kayla kelsey kiki kian kilian kjeld klara klaasje
koosje kyan kyra laila lana lauri lenn lenthe levi lex lia lidewij lieke lien lies liesbeth lieve
lilly lily lina linde linn lisanne liselotte liv liva livia lize loek lot lotje lou louisa lova
luc lucia luka luna luuk lynn maaike maarten maartje mace machteld madelief mae maik mandy mara
marc margje margot margreet marijke marijn marina marinus mariska marit marjan marjolein marlies
marloes marnix mart martijn mats matthijs maud maurits maxime mees meike meis mello merel merijn
meta micha mieke mika mike milan milo milou minke mirjam mirte mirthe moos morris mette nadine
naud nathan neeltje niek nienke nikki nina noa noah nola noortje nora norah norbert nout nova
nynke okke olaf olivier onno otis pelle philou pepijn pleunie pia quin raf rafael ravi reinder
renee renske rein rik rients riemer riet rintje roderick roosje rosalinde rosie ruben sacha saar
sarina sef sepp seb senn sep siebe sietse siem sif sijmen silvan sil skip sofieke steef stefania
sterre stijntje suus suze suzanna svenja sytske sybren sytze taco teun teuntje thijmen thorsten
tibbe tieme tijn tjalling tjitske tobi tonnie tooske trix truus tygo ties tyn valerie veerle vera
vieve vince vito wiebren wietse wies willeke wilbert wim wolf wout wybren wytske xanthe xavi
yannick yara yfke yinthe ymke yorick yuna zayn zita zjef zoey zwaantje geesje hendrikje aaltje
aagje griet grietje jannigje pietertje trijn roelie roelofje gea janke jetje jopie kee keesje
leentje mien mientje nel nelleke nelly nies riek rietje rika sjaan sjan stien stina toos toosje
willy nanda nathalie natasja noelle petrus rienk rita rolina
"""
_ENGLISH_FRENCH_GERMAN = """
abbie adele aidan aiden albie alec alfie alfred alison alistair allison alyssa amie andy angus
annabelle annabeth antony archie arianna arlo arthur audrey aurora austin barbara barney barry
beatrice becky beth bethany betsy beverley bill billy blake bobby bonnie bradley brandy brendan
brian bridget brooke brooklyn bryan bryony callum cara carly carolyn carrie carter cassandra
cassie catriona cecil cedric chad charity chelsea cheryl chester chloe christy ciara clara
clarence clark clayton clifford clive cody colleen constance cooper corey craig crystal curtis
cyril dale damian dan dana daphne darcy darren darryl dave dawn declan dennis desmond dexter
dominic donovan doreen duncan dustin dylan eden edgar edmund edna effie eileen eleanor eliot
elliot elliott ellis elmer elsie emmett enid erin ernest estelle ethel eunice evan evelyn evie
ezra felicity fergus finlay flora florence frankie freddie freya garry gareth gavin gemma geoffrey
geraldine gertrude gilbert giles gladys glen glenda glenys graham greg gregory gwendolyn harley
harper harriett harvey hattie hayden hayley hazel hector herbert hilary holly howard hudson hugh
humphrey imogen indie irvin isabelle isaiah isobel ivy jackson jacqui jan janice jared jeff jemima
jenna jennie jeremiah jerome jesse jill joanne jodie joe joyce joel johnnie jon jordan josiah
josie juanita judy julian juliana kara katelyn kathy katrina kaylee kelvin kendra kenny kerry
kieran kimberley kimberly kirk kirsty kristy kurt kylie lacey lachlan landon lance larry lauryn
lawrence layla leanne lee leigh lenny leona leroy lesley leslie lewis lexi lillian lincoln lionel
lloyd logan lola lorraine lottie louie louise luca lucille lucy luke lydia lynda lyndsey lynette
mabel mackenzie maddison madeleine madison maggie maisie malcolm marcia marcus margaret marjorie
marlene marshall martha martin marvin maryam mason matilda matt matthew maureen maxine maxwell
maya melanie melissa melvin mercedes meredith mervyn mia michael mick mildred millie miranda
miriam mitchell molly monica montgomery morgan muriel myra myrtle nancy naomi natalie nathaniel
neil nell nettie neville niamh nicholas nicola nicole nigel noel norma norman olive ollie omar
oscar pat patsy patti pauline pearl percy perry phil phillip phoebe phyllis polly poppy priscilla
prudence ralph raquel reece reggie reginald reuben rhys ricardo rick ricky rita robbie robyn rocco
rodger rory rosemary rosie rowan roxanne roy rufus rupert russell sally sam sadie samson saul
sebastian selma seth shannon sharron shaun shawn sheryl shirley sian sidney sienna simon skye
spencer stacey stacy stanley stella stewart stuart sue summer susie sybil tabitha tamsin tanner
tara tasha taylor terence teresa terri terry theodore tiana tilly tina todd toby tracey travis
trent tricia trina tristan tyler una valentina vaughn vernon vicki vince violet vivien wade warren
wayne wendell wilbur wilfred winifred winston wyatt yvonne zachary zane zac zack adelheid adrien
agathe aimee alain alban alexandre alexis alix aline alois alphonse amandine amelie anais anatole
andreas angelika anneliese annette annick anselm antje antoine antoinette apolline arlette armand
arnaud astrid aude augustin aurelie aurelien axel baptiste basile bastien benedikt benoit bernd
bernhard berthe bettina birgit birgitta bjoern bruno burkhard camille carola carsten cecile
celestin celina chantal christelle christof christoph claudine claus clemence clement clotilde
coralie cordula corentin cornelia corinne cyrille dagmar damien daniela daniele delphine denis
detlef didier dieter dietmar dietrich dominique dorothee edith edouard eckhard egon elfriede
eliane elke elodie emeric emile emilie emilien emmanuel emmanuelle enzo ernst erwan etienne
eugenie eva evelyne fabienne fabrice falk felicitas ferdinand fernand florian florent francine
franck francois francoise frank frederic friedrich friederike fritz gaelle gaetan gaspard gaston
gauthier genevieve georg georges gerald gerd gerhard gerlinde germaine ghislaine gilles gisela
gisele gregoire gregor gudrun guenter guenther guillaume gunther gustav guy hannelore hans
hansjorg hartmut heike heiko heiner heinrich heinz helge helmut henriette hermann herve hilde
holger honore horst hubert hugues ilka ilse inga ingo ingrid irmgard isabell jacqueline jakob
janina jeannine jeannot joachim jocelyne joelle joerg jorg josette josiane juergen jurgen julien
juliette jutta karin karlheinz karoline katharina katja katrin klara konrad konstantin laetitia
lambert laure laurence laurent leonie leopold liesel lilian lilou loic lothar louis luc lucie
lucien ludwig lukas magali magdalena malte manfred manon manuela marcel marcelle margarete margaux
margot marianne marielle marine marion markus marthe martine mathias mathilde mathieu mathis
matthias maurice maxime mechthild michaela michel micheline mireille moritz nadege nathalie nico
nicolas niklas nils noemie norbert odette odile olaf olivier ottmar pascal pascale patrick
paulette peggy philipp philippe pierre pierrette quentin rainer ralf raphael raymonde reiner
reinhard regine remi remy renate renaud reinhold robin roland rolf romain romane roswitha rudiger
rudi ruediger sabrina sandrine sascha sebastien severin severine sibylle siegfried sigrid silvia
simone solange stefan stefanie steffen stephane stephanie susanne sven swantje sylvain sylvie
tanguy theodor thibault thierry thilo thomas thorsten timo tobias torsten udo ulf uli ulla ulrich
ulrike urs ursula uta ute uwe valentin valerie veronika vincent violaine virginie viviane volker
volkmar waltraud werner wilfried wilhelm winfried wolfgang xavier yann yannick yolande yves yvette
"""
_TURKISH_ARABIC_BERBER = """
abdelaziz abdelhak abdelilah abdelkarim abdelkader abdellatif abdelmajid abderrahim abderrahman
abdessamad abdi abdou abu adam adem adil adnan ahmad ahlam aicha akif akram ali alev alia alican
alp alper amal amin amine aminata amira ammar amr anas anis anwar aras arda arif arzu asiye aslan
asli asma asmae assia atilla avni aya ayaan aydin ayfer aygul ayhan ayla aylin aymane ayoub
aysegul aysel aysun ayten azad azize azra azzedine badr bahar bahri baki banu baran baris basma
batuhan bayram bedia begum bekir belal belgin benaissa berat berfin berk berkay berna beyza bilge
birgul bora bouchra brahim bulent burak burcu busra cagla can canan canberk cansu cem cemal cemil
cengiz cennet ceren ceyda cigdem cihan coskun dalal damla defne demet deniz derya didem dilara
dilek dina doga dogan dounia driss duygu dunya ebru ece ecrin eda edip efe ege ekin ekrem ela
elanur elias elif elmas emel emin emir emirhan emrah enes engin ensar ercan erdem eren erhan erkan
erol ersin esin esma esra eylul eymen ezgi fadila fadoua fahd faiza faisal farah fares farida
fariha farouk fathi fatih fatiha fatin fatma fatoumata fatou faysal ferdi ferhat ferit feyza figen
fikret filiz firat firdaous firdaws funda furkan gamze ghizlane gizem gokce gokhan gonca gonul
gozde gul gulay gulcan guler gulnur gulsah gulsen gulsum gunay guney gurkan habib habiba hacer
hachim hadi hafid hafida hafsa haitam hajar hakima halil halima halit halime haluk hamid hamida
hamou hamza hanaa hanan hanane hanife haroun hasna hassna hatice hatim havva hayat haydar hayri
hicham hicran hilal hind hossein huda hulya huriye husein husna huseyin hüseyin ibtissam idris
ihsan ikram ilham ilhan ilias ilker ilknur ilyas ilyass ilayda imad imran inan inas inci ipek irem
irfan ishak islam ismahan ismet issam izzet jaafar jalal jamal jamila jawad kaan kadir kadriye
karima kaltoum kamil kaoutar kasim kawtar kemal kenan kenza keziban khalil koray kubra kursat
laila lale lamia larbi latifa lamyae leyla lina lokman lotfi loubna loujain mahdi maha mahir
mahmoud mahmut maisa majda malak malek malika manal mansour maroua marouane marwa marwan maryam
mehdi mehmet melek meliha melike melis meltem menekse meral merve meryem mert mesut metin mete
mevlut mimount mina miray mirza mohammed mouad mouna mounia mounir mounira mourad moussa mouhamed
muhammad muhammed muhammet mujde munir murat musa mustafa mustapha naci nabil nabila nada nadia
nadir nadira naima najat najib najim najoua narin nasim nasser nassim nawal naz nazan nazife nazli
nazmi necati necla nermin nese nesrin nevin nezha nihal nihat nilay nilgun nilufer niyazi noor
noura noureddine nouria nuh nur nuran nuray nurcan nurettin nurgul nuri nursel ocean oguz oguzhan
okan oktay olcay omar omer omran onur orhan osama osman otmane ouafa ouiam oumaima oumayma oussama
ouissal ozan ozge ozgur ozlem pelin perihan pinar polat poyraz rabia rabiha rachad rachida rafik
rahim rahma rahime raif rajae ramazan rami rania rasim rasit rayan rayane recep redouan redouane
refik reha remzi resul reyhan rida rim riza rukiye ruveyda ruya saadia sabah sabiha sabir sabri
safa safae safia safiye sahar said saliha salih salima salman samet sami samia samih samir sana
sanae savas seda sedat sefa seher sekine selahattin selami selcuk selim selma sema semih semra
sena senay sengul serap serdar serhat serife serkan serpil sertac sevda sevgi sevil sevim sevinc
seyda seyma seymanur sezen sezer sibel siham simge sinan sirin siraj soner songul soukaina soufian
soufiane soulaiman souad sude suheyla sultan sule sumeyye suna sukran sukru tahir tahsin taha
talha tamer taner tarik tarek tayfun tayyip tekin temel tevfik tolga touria tufan tugba tugce tuba
tuncay turan turgay turgut turkan ugur ufuk ulku umit umut umran unal usame utku vedat veli veysel
volkan wafa wafae wahid wail walid wassim widad wiam wissam yagmur yahya yakup yalcin yaman yanis
yaser yasemin yasar yasir yasmina yavuz yelda yeliz yener yesim yigit yildiray yildiz yilmaz
younes yossra yunus yusuf zahra zainab zaina zakariya zakia zeki zekiye zeliha zerrin zeyd zeynab
ziad ziya zineb zouhair zubeyde zuhal zuhra zulal zumra
"""
_SOUTH_AND_EAST_EUROPE = """
adela adriana agata agnieszka agustin alba albina aldo aleksandar aleksandr aleksandra aleksy
alejandra alejandro alessandra alessandro alessia alessio alexandru alfonso alfredo alina alvaro
ambra amparo ana anastasia anca andrei andrej andrzej aneta angel angela angelo anica aniela anton
antonella antonina antonino arancha arkadiusz artur asuncion aurelia aurelio barbara bartek
bartosz bartlomiej beata beatriz begona benedetta berta biagio blanca blazej bogdan bogdana
bogumila boguslaw bohdan bozena branko brigida bronislaw caetano camilla candela carina carla
carlota carmela carmelo catalin catalina catarina cecilia celia cezary chiara claudio clelia
concepcion consuelo corrado cosimo cristian cristiano cristobal czeslaw dalia damian daniela
danuta daria dario dariusz dawid denisa diogo dmitri dolores domenico dominik dominika donatella
dorota dragan dragana dusan edoardo eduardo edyta elena eleonora elia elisabetta eliza elzbieta
emanuele emil emilio encarnacion enrica enrico enrique erica ernesto esperanza esteban ettore
eugenia eugenio eugeniusz ewa ewelina fabio fabrizio federica federico felipe felisa fernanda
fernando filipa filippo flavia flavio florentina francesca francesco francisca francisco
franciszek gabriela gaetano galina gaspar gemma genoveva georgi gerardo giacomo giada gianluca
gianni gilberto ginevra gino gioia giorgia giorgio giovanna giulia giuliano giulio giuseppe
giuseppina gloria goncalo gonzalo gracja graciela grazia graziella grzegorz guadalupe guglielmo
guillermo gustavo halina hanna helder helia heliodoro henryk hugo ignacio ignacy igor ilaria ilona
imelda ines inmaculada ioana ion irena ireneusz irina isidoro isabella iulia iuliana ivana iwona
izabela jacek jadwiga jagoda jaime jakub jan janina janusz jaroslaw javier jerzy jesus jeronimo
joana joao joanna joaquin jolanta jordi jorge jose josefa josip jozef juana julita julio justyna
kacper kajetan kamila karol karolina kasia katarzyna katarina kazimierz kinga klaudia konrad
krystian krystyna krzysztof leonardo leonor leszek leticia lidia lilia liliana lorena lorenzo
loredana lourdes luca lucas luciana luciano lucja ludovica luigi luis luisa lukasz mafalda magda
magdalena maja maksym malgorzata malwina manuel manuela mar marcela marcelina marcelo marcin marco
marek margarida margarita margherita mariana mariano mariarosa marika mario mariola mariusz marta
martina martyna marzena massimo mateo mateus mateusz matilde matteo mattia maurizio mauro melania
mercedes micaela michal michele michelangelo mieczyslaw mihai mikolaj milena milosz mircea mirela
miriam miroslaw mirko monika montserrat nadia natalia nela nelida nerea nestor nevena nicoleta
nicolo nikola nikolai nikodem norma nuno octavio oksana ola olena olga oliwia olimpia oliwier
ondina oriana orlando osvaldo oskar pablo paloma paola paolo patricio patrizia patrycja paulina
pawel pedro pilar piotr pietro przemyslaw purificacion radoslaw radu rafaela rafal raimundo ramon
raul rebeca remedios renata ricardo riccardo rita roberta rocio rodolfo rodrigo rogelio roksana
romana rosalia rosario rosaria roza rui ruslan ryszard salvador salvatore samuele sandro santiago
santino sara saverio serena sergei sergio severino silvana silvio simona slavica slawomir sofia
soledad sonia stanislaw stanislawa stefania stefano svetlana sylwester sylwia szymon tadeusz
tamara tania tatiana telmo teodora tereza tiago tiziana tomas tomasz tommaso tymon umberto urszula
vaclav valentin valeria valerio vanda vasco vasile veronica vesna vicente viktor viktoria vincenzo
virginia viorel vito vittoria vittorio vladimir waclaw waldemar wanda weronika wieslaw wiktor
wiktoria wioletta witold wladyslaw wojciech xavier yago yaiza ximena yolanda zbigniew zdzislaw
zofia zoran zuzanna zygmunt
"""
_SURINAM_ASIA_AFRICA = """
abena achraf adama adanna adebayo aditi aditya agus aishwarya ajay akash akosua akua amara amit
amita amrita anand ananya anchal aniel anil anita anjali ankit anoushka anusha aparna aradhana
arjun aruna arun arya ashok ashwin asif astha avinash awa ayana ayanda ayodele bambang bao bayu
bharat bheki bhavna binta budi chandra chanel chen chengyu cheikh cherell chidi chinedu chioma
chiku citra dalilah darnell delano deepa deepak dessi devika dewa dewi dharma dian diep dimas
dinesh divya djamila djenaba duc dung dwi edson efua eko ekwueme emeka endah eshaan esi esther
eszter fajar farhan farhana faridah feng fitri folasade furgill gaitri ganesh gauri giang gita
gopal guang gunawan gurpreet habibah hadiza haijun haoran hari harpreet hartono hendra hendro heru
hiep hoa hong hui huong hung hussein ifeoma indah indra indrani ikbal imran irwan ishaan jagdish
jahira jaswant jaya jaywant jerrel jiayi jing jitendra joko jun kadek kamala kamla karan kartini
kavita kayode kemi ketut khadija khanh kiran kishan kofi komal krishan kumari kunal kwabena kwadwo
kwaku kwame kwasi lakshmi lalita lan lestari lien linh liwei lulu made mahendra mahesh mai malaika
mamadou manisha manoj mariama marlon mayuri mei meiling minh mohit mukesh murali nadya nam nandini
naveen neha nga ngoc nguyet nhung nia ning nisha nitin nkechi nneka novi nuno nyoman obinna
olumide omari oumar padma parvati phuong pooja prabha pradeep prakash pramod prasad pratiwi
praveen prem preeti priya purnima putra putri quan quang quoc radha radjen radjesh rahayu rahul
raj rajesh rajiv rakesh rama ramesh rani ratna ravi raya reena rekha resti rina rini riska rishi
rizki rohan rohit ruchi rudi rukmini rupa sabitri sadio sahil sakina samba sandeep sandhya
sangeeta sanjana sanjay santi santosh sari sarita satish savita sekou setiawan shailesh shanti
shankar sharda sharmila shashi sheila shivani shreya shyam sidra simran sita siti slamet soenil
soeradj soraya sri sudarshan suharto sujata sukma suman sumitra sunil sunita suresh surya sushila
susilo svetlana swati tai taiwo tan tariq temitope thabo thanh thi thuy thu tien trang tri trinh
trung tuan tuti tuyen uma umar urmila usha utami vanita vijay vikas vikram vimla vinod vinh vishal
vivek wahyu wati wayan wei widodo wulan xiao xiaoming xin xiuying xue yadi yanti yan yash yen
yifan ying yogesh yuki yulia yuni yusuf yuwei zahir zawadi zhen zhihao zola
"""

MORE_FIRST_NAMES = frozenset(
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
