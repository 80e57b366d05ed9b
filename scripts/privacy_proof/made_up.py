"""Names, streets and sentences written for this measurement; none is from the gate's own lists."""


def split_list(text: str) -> list[str]:
    """Split a text at its semicolons; line ends count as spaces."""
    return [" ".join(word.split()) for word in text.split(";")]


FIRST = split_list("""
Sanne; Bram; Fatima; Youssef; Emma; Daan; Lotte; Thijs; Noor; Sem; Julia; Lucas; Mila; Levi;
Tess; Finn; Zoë; Jayden; Anouk; Sjoerd; Willemijn; Gerrit; Hendrika; Cornelis; Maaike; Jeroen;
Femke; Ruben; Ayşe; Mehmet; Chaima; Ilias; Oliver; Amelia; Harry; Isla; Jack; Olivia; George;
Sophie; Charlie; Emily; Thomas; Grace; James; Poppy; William; Xanthe; Ottilie; Kjeld; Wybren;
Tsjerk; Ebru; Nilüfer; Aleksander; Agnieszka; Ysbrand; Tsjikke; Liesel; Maïté; Ravindra;
Oğuzhan; Thuý; Xiaolan; Bartłomiej; Ngozi; Fernão; Ginevra; Hatidže; Wibowo; Precious; Kwame;
Shanaya; Radjesh; Soraya; Hidde; Jurre; Pieter; Marieke; Johan; Karin; Robert; Linda; Mark;
Ingrid; Peter; Monique; Hans; Petra
""")
SURNAME = split_list("""
Jansen; de Vries; van den Berg; Bakker; van Dijk; Visser; Smit; Meijer; de Boer; Mulder; de
Groot; Bos; Vos; Peters; Hendriks; van Leeuwen; Dekker; Brouwer; de Wit; Dijkstra; Smits; de
Graaf; van der Meer; Kuipers; Veenstra; Hoogland; Wiersinga; Terpstra; van 't Hof; ten Brink;
Zeilmaker; Oosterwijk; Koetsier; Bijlsma; Yılmaz; El Amrani; Bouzidi; Kowalczyk; Ramautar;
Smith; Jones; Taylor; Brown; Williams; Wilson; Johnson; Davies; Robinson; Thompson; Wright;
Evans; Walker; White; Roberts; Green; Hall; Wood; Clarke; Pemberton; Hollingsworth;
Fairweather; Postlethwaite; Hoogeboezem; Schimmelpenninck; Tjallingii; Wijnaendts; van
Quickenborne; Brzęczyszczykiewicz; Papadimitriou; Öztürkmen; El Ghazouani; Soekarwati; Bhoelai;
Nguyễn; Zhangjie; Vandevoorde; Lüdenscheidt; Featherstonehaugh; Bocanegra; Mbemba; Achterhuis;
Kranenburg; Steenwinkel; Hulshoff; Wassenaar
""")
STREET = split_list("""
Dorpsstraat; Kerkweg; Stationsplein; Keizersgracht; Beethovenlaan; Molenpad; Oude Delft;
Noordeinde; Julianalaan; Wilhelminastraat; Achterom; Korte Nieuwstraat; Burg. de Vlugtlaan;
Lange Voorhout; Rozenhof; Zonnedauw; Kamperfoelie; Plantage Middenlaan; Singel; Veerkade;
Eikenlaan; Parkweg; Zeedijk
""")
TOWN = split_list("""
Appelscha; Tilburg; Oude Pekela; Zierikzee; Bunde; Nijverdal; Sint Anthonis; Ootmarsum; Weert;
Hoorn; Drachten; Ermelo; Putten; Wateringen; Kollum; Dilsen-Stokkem; Geel; Turnhout; Papenburg;
Bocholt; Wolverhampton; Taunton; Leamington Spa; Kirkcaldy; Aberystwyth; Lelystad; Hengelo;
Zutphen; Gorinchem
""")
ENGLISH_STREET = split_list("""
Baker Street; Church Road; High Street; Station Road; Victoria Avenue; Mill Lane; King's Road;
Park Drive; Rose Close; Elm Grove
""")
DOMAIN = split_list("""
gmail.com; hotmail.nl; ziggo.nl; kpnmail.nl; outlook.com; planet.nl; school-noord.nl;
ggz.example
""")
SENTENCES = split_list("""
Moeder vertelt dat het thuis beter gaat sinds de vakantie.; Hij was boos en liep weg.; Client
belde af vanwege griep, nieuwe afspraak volgt.; Wil graag weer bij haar oma gaan logeren.; She
said the exercises with her brother helped a lot.; Father did not attend because of work.;
Moeite met slapen na ruzie op school met een klasgenoot.; Very tense at the start, calmer later
on.; Verhuisd naar een pleeggezin in de buurt van Zwolle.; Asked for a different therapist next
time.; Komt niet meer opdagen en neemt de telefoon niet op.; Mist zijn vader erg.; The session
was cut short after an argument at home.; Heeft het steeds over zijn konijn dat dood is.; Doet
het goed in de groep, maakt grapjes met iedereen.; Grandmother now brings her every Tuesday.
""")

WHO = split_list("""
mijn moeder; zijn broertje; de juf; tante Ria; papa en mama; our neighbour; her older sister;
the school nurse; een klasgenoot; haar konijn
""")
DID = split_list("""
belde vanmorgen huilend op; is weer verhuisd; cannot come on Tuesdays; wants to stop; was erg
boos vandaag; slaapt nu beneden; lost the house key; moet naar het ziekenhuis; went back to
Poland; durft niet alleen
""")
