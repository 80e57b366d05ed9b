"""Every number by which the gate decides, with what it is about.

Shares are of the filled cells of a column (or of what the name says), counts are of distinct values
unless `cells` is said. Each number is the border between two columns that a test names: moved one
step up or down, a test fails (docs/privacy_thresholds.md). How often the whole gate errs with these
numbers is measured in docs/privacy_proof.md.
"""

# --- a column as a whole ---------------------------------------------------------------------
MOSTLY = 0.5
"""Of the told cells, from which a column is one of words, or of words and short numbers."""
ID_CODES = 0.8
"""Of the ids hold a digit: a heading about a person over them announces no names."""

# --- calendar dates --------------------------------------------------------------------------
DATE_FIRST_YEAR, DATE_END_YEAR = 1900, 2100
"""Years that a date without signs may have; the end is excluded."""
DATE_MONTHS, DATE_DAYS = 12, 31
"""The calendar's own."""
DATE_MONTH_VALUES, DATE_MONTH_SHARE = 2, 0.5
"""Months of years (`05-2011`) are dates when so many differ and fill so much."""
DATE_SHORT_SHARE = 0.5
"""Dates with a year of two digits; `1-2-03` may be a score in a column of something else."""
DATE_BARE_SHARE, DATE_BARE_VALID, DATE_BARE_VALUES = 0.8, 0.9, 2
"""Seven and eight digits in a row: their share, how many are days of the calendar, how many differ.
Of random eight-digit numbers 1 in 135 is a day of these two centuries."""

BIRTH_YEARS, BIRTH_FIRST_YEAR, BIRTH_LAST_YEAR = 6, 1920, 2020
"""Years that differ, and between which they lie, in a column whose heading speaks of no time."""

# --- where somebody can be found ------------------------------------------------------------
MAC_VALUES, MAC_SHARE = 6, 0.9
"""Devices without signs; half of the random codes have an even first byte, so six are 1 in 64."""
IPV6_SHORTEST = 4
"""Characters of an address; `::1` is every computer's own."""
PHONE_POWER_SHARE, PHONE_POWER_OTHERS = 0.3, 8
"""Numbers that a spreadsheet wrote as powers of ten: their share, or how few others there are."""
PHONE_BARE_SHARE, PHONE_ABROAD_SHARE, PHONE_CELLS = 0.8, 0.3, 3
"""Mobile numbers without a zero; numbers that begin with 00; and how many cells either needs."""
LANDLINE_VALUES, LANDLINE_SHARE = 4, 0.9
"""Nine digits that all begin with an area code: half of the random numbers do."""
LANDLINE_SURE_VALUES, LANDLINE_OF_AREA = 7, 2
"""Sure with seven (1 in 128 by chance), or with so many numbers for each area."""
LANDLINE_STEP, LANDLINE_MANY = 100_000, 90
"""Apart by this for each number on average, or many: counted-up codes are neither."""
STREET_ENDING_SHARE, STREET_ENDING_VALUES = 0.3, 2
"""Words with a street's ending and no house number."""
STREET_LONE_LENGTH = 10
"""Characters of a lone street with a number among plain answers (`Alto 1` has 6)."""
STREET_SHAPE_SHARE, STREET_LONG_HOUSES = 0.5, 0.3
"""Words before a number fill so much, and of them so many have a number of two digits."""
STREET_STARTS, STREET_STARTS_SHARE = 3, 0.5
"""Different words before the number: fewer are voices and rooms (`Soprano 1`, `Soprano 2`)."""
PLACE_VALUES, PLACE_KNOWN, PLACE_SHARE = 3, 0.3, 0.5
"""Known towns: how many, of the worded values, and how much of the column is words."""
PLACE_VARIED, PLACE_MANY = 0.7, 12
"""Distinct of the worded cells, or many known towns: a few that repeat are sites."""
PLACE_RARE_CELLS, PLACE_LEAST_CELLS = 2, 8
"""A town among ordinary words occurs at most so often, in a column of at least so many cells."""
POSTCODE_TIGHT_SHARE, POSTCODE_LOOSE_SHARE = 0.3, 0.5
"""`3512JE`; and other shapes that codes have, too."""
POSTCODE_UK_SHARE, POSTCODE_UK_VALUES = 0.5, 3
"""British ones without their space."""
POSTCODE_POLISH_SHARE = 0.5
"""`71-480`; pairs of numbers have this shape, too."""
POLISH_STARTS, POLISH_STARTS_SHARE, POLISH_STARTS_ENOUGH = 4, 0.4, 40
"""Regions that differ: at least, of the values, and enough in a long column."""
POSTCODE_STEP = 10
"""Numbers of post codes lie further apart than this for each of them; counted-up codes do not."""
POSTCODE_BARE_VALUES, POSTCODE_BARE_UNIQUE = 8, 0.9
"""Bare numbers of four or five digits: how many, and distinct of the cells."""
POSTCODE_BARE_RANGE, POSTCODE_BARE_ROUND = 0.7, 0.3
"""Their range, of all numbers of that length; and those that end with 0: an amount."""
DEGREES_SHARE, DEGREES_VALUES = 0.9, 3
"""Columns of degrees with four decimals."""
DEGREES_SOUTHMOST, DEGREES_NORTHMOST = 50.5, 53.8
"""The Netherlands and a rim around them, south to north."""
DEGREES_WESTMOST, DEGREES_EASTMOST = 3.2, 7.4
"""The same, west to east."""

# --- numbers that an authority gave ---------------------------------------------------------
CITIZEN_PASS, CITIZEN_CHANCE = 1 / 11, 1e-3
"""Random numbers that pass the 11-proof; columns of random numbers that would be refused."""
NATIONAL_PASS_ONE, NATIONAL_PASS_TWO = 0.11, 0.011
"""Numbers of a form that pass one check digit, and two (1 in 97 or 100), by chance."""
NATIONAL_CHANCE = 1e-6
"""Columns of random numbers that would be refused for one country; half a hundred are tried."""
NATIONAL_MOST_JUDGED = 200
"""Distinct values by which a country is told, evenly spread over a longer column."""
RECORD_SHARE = 0.3
"""Numbers behind a known prefix (MRN, EPD)."""
RECORD_NUMBERED_SHARE = 0.3
"""A word and a number of five digits in one cell."""
DOCUMENT_MIXED_SHARE, DOCUMENT_LETTERED_SHARE = 0.9, 0.1
"""Nine digits, of which some begin with a letter: passports of one country."""
DOCUMENT_SHARE, DOCUMENT_VALUES = 0.8, 3
"""Passports and insurance numbers: letters and digits at their places."""
BUILT_NUMBER_SHARE, BUILT_NUMBER_VALUES = 0.5, 3
"""A short prefix with six digits and more; groups of digits."""
STRAY_USUAL_CELLS, STRAY_CELLS, STRAY_USUAL_SHARE = 2, 6, 0.4
"""A long code is out of place when values that occur so often, or are plain, fill so much of a
column of at least so many cells."""
STRAY_RARE_CELLS, STRAY_MOST, STRAY_MOST_SHARE = 2, 6, 0.1
"""And the code itself occurs at most so often, all such codes in so many cells or this share."""
ISSUED_LENGTH, ISSUED_VALUES, ISSUED_SHARE, ISSUED_ALIKE = 7, 3, 0.5, 0.8
"""Codes of one build: characters, how many, how much of the column, and how many are alike."""
ISSUED_RANGE, ISSUED_STEP = 2_000, 20
"""Their numbers spread over more than this, and over more than this for each."""
COUNTED_UP_GAP, COUNTED_UP_SHARE = 20, 0.8
"""Pseudonyms follow each other within the gap, this share of them."""
LONG_NUMBER_SHARE, LONG_NUMBER_VALUES, LONG_NUMBER_SAME = 0.5, 3, 0.95
"""Long whole numbers, and how many of them have one length."""
LONG_NUMBER_OF_CITIZEN = 9
"""Digits that are left to the check digits of citizen numbers."""
LONG_NUMBER_UNIQUE, LONG_NUMBER_ROUND, LONG_NUMBER_HUNDRED = 0.9, 0.5, 100
"""Distinct of the cells; and round to a hundred more than this: an amount."""
LONG_NUMBER_STEP, LONG_NUMBER_RATIO = 2, 3
"""Largest less smallest at least this for each; largest over smallest at least so many times, for
numbers that are short."""
LONG_NUMBER_DIGITS = 7
"""Digits from which a number of fixed length is no measurement."""
PROFESSIONAL_SHARE, PROFESSIONAL_VALUES = 0.9, 3
"""Eleven digits that begin with the code of a profession."""
PLATE_SHARE, PLATE_TIGHT_SHARE, PLATE_LETTERS = 0.5, 0.8, 9
"""Plates with dashes; without; and letters of which none is a vowel (chance: 1 in 200)."""
PLATE_VARIED, PLATE_VARIED_SHARE = 2, 0.3
"""Different letters among them: a prefix that repeats is a code of the study."""

PLATE_SHAPE_SHARE, PLATE_SHAPE_VALUES, PLATE_SHAPE_VARIED = 0.8, 3, 0.7
"""Shapes of plates abroad, which codes have, too: their share, and how many letters differ."""

# --- names of people ------------------------------------------------------------------------
NAME_KNOWN, NAME_BOTH, NAME_ORDINARY = 2.0, 0.3, -2.0
"""Weight of a word that is a known name, a name and an ordinary word, an ordinary word."""
NAME_FORM = 0.7
"""Added for a form that names have more often than labels (`Surname, X`)."""
NAME_LETTERS, NAME_LETTERS_MOST = 1.5, 1.0
"""An unknown word's letters: weight of their log-likelihood ratio, and the most they can say."""
NAME_SHORTEST = 3
"""Letters of a word that is weighed, unless it is a known name."""
NAME_UNLISTED = -1.0
"""Above this a value is not of ordinary words alone."""
NAME_CAPITALS, NAME_PREFIXED = 1.0, 1.5
"""Weights above which two capitals (`Piet Jansen`), or a prefix (`van Dijk`), are a name."""
NAME_MOST_JUDGED = 20_000
"""Distinct values that are weighed, evenly spread over a longer column."""
NAME_COLUMN_SHARE, NAME_COLUMN_TAKEN = 0.3, -1.0
"""Cells of the form of a name in a column of names, and the weight above which they are counted."""
NAME_NUMBERED_RARE, NAME_NUMBERED_WEIGHT = 2, 1.0
"""A name with a number in one cell: occurs at most so often, weighs at least so much."""
NAME_NUMBERED_VALUES, NAME_NUMBERED_SHARE = 3, 0.5
"""So many of them, and so much of the column."""
NAME_RARE_CELLS, NAME_RARE_CELLS_LONG, NAME_LONG_COLUMN = 2, 3, 200
"""A stray name occurs at most so often; in a column of so many cells once more."""
NAME_STRAY_CELLS = 8
"""Cells of a column in which something can be out of place."""
NAME_UNLISTED_VALUES, NAME_UNLISTED_MEAN = 3, 0.35
"""Rare values that no list knows are names together when so many weigh more than this."""
NAME_CLEAR_CELLS, NAME_CLEAR_OTHERS = 20, -1.5
"""Among so many cells whose other values weigh at most this ..."""
NAME_CLEAR_VALUES, NAME_CLEAR_WEIGHT = 2, 0.5
"""... at most so many rare ones are told from this weight on."""
NAME_WORDS_SHARE = 0.3
"""Ordinary words beside which known names are out of place."""
NAME_AMONG_VALUES, NAME_AMONG_MEAN = 3, 0.6
"""There unlisted values are names when so many weigh more than this."""
NAME_ALONE_CELLS = 10
"""Cells of a column in which a lone known name with a capital is told."""
NAME_FEW_VALUES = 2
"""With at most so many distinct values each must be a known name."""
NAME_VARIED = 0.5
"""Distinct of the cells: names of participants, or a category that repeats."""
NAME_MEAN, NAME_MEAN_FEW, NAME_ENOUGH_VALUES = 0.3, 0.4, 5
"""Mean weight of a varied column: with enough values, with few."""
NAME_REPEATED_VALUES, NAME_REPEATED_SHARE, NAME_REPEATED_MEAN = 2, 0.3, 0.5
"""Known names among categories: how many, of the values, and the mean weight."""
LETTERS_SMOOTHING = 0.5
"""Added to the count of each three letters (Jeffreys)."""
ORDINARY_LONG = 8
"""Letters of a word that an ending alone makes an ordinary one."""

INITIALS_SHARE, INITIALS_VALUES = 0.5, 3
"""Initials with points and nothing else."""
INITIALS_YEAR_SHARE, INITIALS_YEARS, INITIALS_DIFFERENT = 0.8, 3, 3
"""Initials with a year: their share, and how many years and initials differ."""
CONGREGATION_RARE = 2
"""A congregation occurs at most so often; a confession repeats."""

# --- ids that are no pseudonyms -------------------------------------------------------------
ID_NAMED, ID_BEGINNINGS, ID_BEGINNINGS_SHARE = 0.3, 5, 0.8
"""Ids with a name; first letters of names: how many differ, and the share."""
ID_SURNAME_LETTERS = 6
"""Letters of an initial with a surname (`sjansen`)."""
ID_DATED, ID_DATED_VALUES = 0.8, 2
"""Ids with a date: of the cells, and how many differ."""
ID_YEARS, ID_INITIALS = 3, 3
"""Different years, and different initials before them: `T12020` is a code."""
ID_HOUSES, ID_HOUSE_VALUES, ID_HOUSE_AREAS, ID_HOUSE_STEP = 0.8, 3, 0.5, 10
"""Post code with house number: of the cells, how many, how many areas of those, how far apart."""

# --- free text ------------------------------------------------------------------------------
TEXT_LONG_WORDS, TEXT_LONG_LENGTH, TEXT_WORDS = 12, 80, 3
"""A text: words; or characters with at least a few words."""
TEXT_LONG_CELLS = 3
"""A long text that stands in so many cells is a label of the form."""
TEXT_VARIED, TEXT_VALUES, TEXT_SHARE = 0.5, 4, 0.1
"""Phrases: distinct of their cells, how many, how much of the column."""
TEXT_MANY_VALUES, TEXT_LABEL_CELLS = 12, 8
"""So many different phrases are no list, unless each stands in so many cells on average."""
TEXT_TOLD_WORDS, TEXT_TOLD_WORDS_SMALL = 5, 4
"""Words of a sentence; of one that begins with a small letter."""
TEXT_TOLD_CELLS, TEXT_TOLD_VALUES = 10, 5
"""Cells of a column in which a sentence is out of place, and the most phrases in it."""
TEXT_ODD_CELLS, TEXT_ODD_VALUES, TEXT_ODD_VALUES_FEW = 12, 2, 3
"""Phrases that occur once: how many are told in a column of so many cells, and in a shorter one."""
TEXT_UNLISTED_VALUES, TEXT_UNLISTED_VARIED = 5, 0.8
"""Words that hardly repeat: how many, and distinct of their cells."""
TEXT_UNLISTED_SHARE, TEXT_UNLISTED_KNOWN = 0.5, 0.6
"""Their share of the column, and how many of them no list knows."""

# --- headings -------------------------------------------------------------------------------
HEADING_NAME_LETTERS = 4
"""Letters of a first name in a heading; shorter ones are abbreviations of something."""
HINT_PARTED = 0.5
"""Decimal numbers in a column under a heading about whole ones: it is a measurement."""
HINT_CATEGORY_CELLS, HINT_CATEGORY_LEAST = 3, 2
"""Cells for each phrase, and of the rarest one: chosen from a list."""
HINT_VARIED, HINT_VARIED_VALUES, HINT_NAME = 0.7, 12, 0.5
"""Distinct of the cells, or values: no category; and the weight of a name among categories."""

# --- k-anonymity ----------------------------------------------------------------------------
ANONYMITY_FEW_NUMBERS, ANONYMITY_RARE = 3, 0.1
"""Distinct numbers that are banded, and the share below which a level is rare."""
ANONYMITY_MOST_BANDS = 4
"""Bands that are tried first, then fewer."""
ANONYMITY_CAUSES = 12
"""Columns over whose combinations causes are sought."""
