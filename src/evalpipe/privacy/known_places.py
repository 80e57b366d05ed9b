"""Towns and villages where participants may live, folded; written down from general knowledge."""

_PLACES = """
aalsmeer aalten alkmaar almelo almere alphen amersfoort amstelveen amsterdam anloo apeldoorn
appelscha appingedam arnhem assen asten axel baarn badhoevedorp barendrecht barneveld bedum beek
beilen bemmel bergambacht bergeijk bergen berkel best beverwijk bilthoven bladel blaricum
bleiswijk bloemendaal bodegraven bolsward borculo borger borne boskoop boxmeer boxtel breda
breukelen brielle brummen brunssum buren bunnik bunschoten bussum capelle castricum coevorden
cuijk culemborg dalfsen delden delfzijl delft deventer diemen dinxperlo doesburg doetinchem dokkum
dongen doorn dordrecht drachten driebergen dronten druten duiven echt edam ede eersel eerbeek
eindhoven eelde elburg elst emmeloord emmen enkhuizen enschede epe erp ermelo etten franeker
geldermalsen geldrop geleen gemert gendt gennep giethoorn goes goirle goor gorinchem gorredijk
gouda grave groenlo groningen haaksbergen haarlem haren harderwijk hardenberg hardinxveld
harlingen hasselt hattem heemskerk heemstede heerde heerenveen heerhugowaard heerlen heesch heeze
heiloo hellendoorn hellevoetsluis helmond hengelo heusden hillegom hilvarenbeek hilversum holten
hoofddorp hoogeveen hoogezand hoorn horst houten huissen huizen hulst ijmuiden ijsselstein joure
kaatsheuvel kampen katwijk kerkrade klazienaveen krommenie lelystad leek leeuwarden leerdam leiden
leiderdorp leusden lisse lochem loenen losser maarssen maassluis maastricht margraten medemblik
meppel middelburg middelharnis mijdrecht monnickendam montfoort naaldwijk naarden nieuwegein
nieuwkoop nijkerk nijmegen nijverdal noordwijk nootdorp nunspeet nuenen oirschot oisterwijk
oldenzaal ommen oosterhout oosterbeek oss ouderkerk oudewater papendrecht pijnacker purmerend
putten raalte ravenstein renkum renswoude rhenen rheden ridderkerk rijnsburg rijssen rijswijk
roden roermond roosendaal rosmalen rotterdam rozenburg ruurlo sassenheim schagen schiedam
schijndel schoonhoven sittard sliedrecht sneek soest soesterberg someren spijkenisse stadskanaal
staphorst steenbergen steenwijk stein stiens surhuisterveen terneuzen tegelen tholen tiel tilburg
tubbergen twello uden uithoorn ulft urk utrecht vaals valkenburg valkenswaard veendam veenendaal
veghel veldhoven velp velsen venlo venray vianen vlaardingen vlagtwedde vlijmen vlissingen
voerendaal volendam voorburg voorhout voorschoten voorst vorden vroomshoop vught waalre waalwijk
waddinxveen wageningen wassenaar weert weesp wierden wijchen wijhe winschoten winsum winterswijk
woerden wolvega workum wormerveer woudenberg zaandam zaltbommel zandvoort zeewolde zeist zevenaar
zevenbergen zierikzee zoetermeer zoeterwoude zuidlaren zundert zutphen zwijndrecht zwolle aalst
antwerpen arlon brugge brussel charleroi dendermonde diest eeklo geel genk gent herentals ieper
kortrijk leuven lier lokeren lommel luik maaseik mechelen menen mol namen ninove oostende
oudenaarde roeselare ronse tienen tongeren turnhout verviers vilvoorde waregem zottegem aachen
augsburg berlin bielefeld bochum bonn bremen dortmund dresden duisburg dusseldorf emden emmerich
erfurt essen frankfurt freiburg gronau hamburg hannover heidelberg karlsruhe kassel kiel kleve
koln krefeld leer leipzig lubeck mainz mannheim meppen munchen munster nordhorn nurnberg oldenburg
osnabruck potsdam rostock saarbrucken stuttgart ulm wiesbaden wuppertal wurzburg aberdeen bath
bedford belfast birmingham blackburn blackpool bolton bournemouth bradford brighton bristol
cambridge canterbury cardiff carlisle chelmsford chester colchester coventry croydon derby dundee
durham edinburgh exeter glasgow gloucester guildford halifax hereford hull inverness ipswich
lancaster leeds leicester lincoln liverpool london luton maidstone manchester middlesbrough
newcastle newport northampton norwich nottingham oxford peterborough plymouth portsmouth preston
reading rochdale salford salisbury sheffield slough southampton southend stirling stockport
sunderland swansea swindon telford wakefield warrington watford winchester wolverhampton worcester
york amiens angers bordeaux brest caen dijon grenoble lille limoges lyon marseille metz
montpellier nancy nantes orleans paris reims rennes rouen strasbourg toulon toulouse tours
barcelona bilbao granada istanbul ankara izmir konya lisboa madrid malaga milano napoli paramaribo
casablanca nador tanger rabat roma sevilla torino valencia varsovie warszawa krakow gdansk poznan
wroclaw lodz atlanta austin baltimore boston chicago cleveland columbus dallas denver detroit
houston indianapolis memphis miami milwaukee minneapolis nashville oakland philadelphia phoenix
pittsburgh portland sacramento seattle tampa tucson
"""

PLACES = frozenset(_PLACES.split())
