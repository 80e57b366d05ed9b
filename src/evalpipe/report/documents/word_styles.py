"""The styles of the Word document."""

from evalpipe.report.documents.word_parts import PAGE_TWIPS, XML, W, attribute

TEXT_FACE = "Times New Roman"


HEAD_FACE = "Arial"


def _face(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:cs="{name}" w:eastAsia="{name}"/>'


def _spacing(before: int, after: int, line: int = 264) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def _shade(colour: str, edge: str) -> str:
    return (
        f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{edge}"/></w:pBdr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>'
    )


def _style(
    key: str,
    name: str,
    paragraph: str = "",
    run: str = "",
    *,
    based: str = "Normal",
    extra: str = "",
) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based}"/>{extra}<w:qFormat/><w:pPr>{paragraph}</w:pPr>'
        f"<w:rPr>{run}</w:rPr></w:style>"
    )


def _heading(level: int, size: int, before: int, colour: str = "1D2530") -> str:
    rule = (
        '<w:pBdr><w:top w:val="single" w:sz="8" w:space="6" w:color="2B3440"/></w:pBdr>'
        if level == 1
        else ""
    )
    return _style(
        f"Heading{level}",
        f"heading {level}",
        f"<w:keepNext/><w:keepLines/>{rule}{_spacing(before, 120, 252)}"
        f'<w:outlineLvl w:val="{level - 1}"/>',
        f'{_face(HEAD_FACE)}<w:b/><w:color w:val="{colour}"/><w:sz w:val="{size}"/>',
        extra='<w:next w:val="BodyText"/>',
    )


# long: one list of styles
def styles(lang: str) -> str:
    """Every style that the document uses, by the names that Word users know."""
    sans = _face(HEAD_FACE)
    small = f'{sans}<w:sz w:val="18"/>'
    tight = _spacing(30, 30, 240)
    paragraph_styles = [
        _style("BodyText", "Body Text", _spacing(0, 140, 276)),
        _style(
            "Answer",
            "Answer",
            '<w:pBdr><w:left w:val="single" w:sz="24" w:space="10" w:color="0B5A8A"/></w:pBdr>'
            + _spacing(60, 160, 288)
            + '<w:ind w:left="200"/>',
            '<w:sz w:val="26"/>',
        ),
        _style(
            "SmallText",
            "Small Text",
            _spacing(0, 120),
            '<w:color w:val="55606E"/><w:sz w:val="20"/>',
        ),
        _style(
            "Title",
            "Title",
            "<w:keepNext/>" + _spacing(0, 80, 240),
            sans + '<w:b/><w:color w:val="1D2530"/><w:sz w:val="40"/>',
        ),
        _style(
            "Subtitle",
            "Subtitle",
            _spacing(0, 220, 252),
            sans + '<w:color w:val="55606E"/><w:sz w:val="23"/>',
        ),
        _heading(1, 30, 460),
        _heading(2, 24, 320),
        _heading(3, 21, 240, "55606E"),
        _heading(4, 20, 200, "55606E"),
        _style(
            "ContentsTitle",
            "Contents Title",
            "<w:keepNext/>" + _spacing(200, 60),
            sans + '<w:b/><w:color w:val="55606E"/><w:sz w:val="19"/>',
        ),
        _style("TOC1", "toc 1", _spacing(20, 20, 240), sans + '<w:sz w:val="19"/>'),
        _style(
            "TOC2",
            "toc 2",
            _spacing(0, 10, 240) + '<w:ind w:left="240"/>',
            sans + '<w:color w:val="55606E"/><w:sz w:val="18"/>',
        ),
        _style(
            "CaptionLabel",
            "Caption Label",
            "<w:keepNext/>" + _spacing(280, 0, 252),
            sans + '<w:b/><w:sz w:val="19"/>',
            extra='<w:next w:val="Caption"/>',
        ),
        _style(
            "Caption",
            "caption",
            "<w:keepNext/>" + _spacing(0, 100, 252),
            sans + '<w:i/><w:sz w:val="19"/>',
        ),
        _style("Picture", "Picture", "<w:keepNext/>" + _spacing(0, 60, 240)),
        _style("TableText", "Table Text", tight, small),
        _style("TableIndented", "Table Text Indented", tight + '<w:ind w:left="200"/>', small),
        _style(
            "TableHead", "Table Head", "<w:keepNext/>" + tight, sans + '<w:b/><w:sz w:val="18"/>'
        ),
        _style(
            "TableGroup",
            "Table Group",
            "<w:keepNext/>" + _spacing(90, 30, 240),
            sans + '<w:b/><w:sz w:val="18"/>',
        ),
        _style(
            "TableNote",
            "Table Note",
            _spacing(80, 300, 252),
            sans + '<w:color w:val="55606E"/><w:sz w:val="17"/>',
        ),
        _style("AfterTable", "After Table", _spacing(0, 60, 240), '<w:sz w:val="8"/>'),
        _style(
            "FactTerm", "Fact Term", tight, sans + '<w:color w:val="55606E"/><w:sz w:val="18"/>'
        ),
        _style(
            "ListBullet",
            "List Bullet",
            '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' + _spacing(0, 60),
        ),
        _style(
            "Listing",
            "Listing",
            '<w:shd w:val="clear" w:color="auto" w:fill="EEF3F7"/>' + _spacing(0, 0, 260),
            _face("Courier New") + '<w:sz w:val="18"/>',
        ),
        _style(
            "Remark",
            "Remark",
            "<w:keepLines/>" + _shade("EEF3F7", "0B5A8A") + _spacing(0, 0),
            small,
        ),
        _style("Caution", "Caution", _shade("FDF3E4", "8A4B00") + _spacing(0, 0), small),
        _style(
            "SyntheticNotice",
            "Synthetic Notice",
            _shade("F9EAF3", "7A1F5C") + _spacing(0, 0),
            small,
        ),
        _style(
            "Header",
            "header",
            f'<w:tabs><w:tab w:val="right" w:pos="{PAGE_TWIPS}"/></w:tabs>',
            sans + '<w:color w:val="55606E"/><w:sz w:val="16"/>',
        ),
        _style("Footer", "footer", "", sans + '<w:color w:val="55606E"/><w:sz w:val="16"/>'),
    ]
    return (
        f"{XML}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>{_face(TEXT_FACE)}"
        f'<w:sz w:val="23"/><w:szCs w:val="23"/><w:lang w:val={attribute(lang)}/></w:rPr>'
        "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        "<w:qFormat/></w:style>"
        '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
        '<w:rPr><w:color w:val="0B5A8A"/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="CodeCharacter"><w:name w:val="Code Character"/>'
        f"<w:rPr>{_face('Courier New')}</w:rPr></w:style>"
        f"{''.join(paragraph_styles)}{_table_styles()}</w:styles>"
    )


def _table_styles() -> str:
    margins = (
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        "</w:tblCellMar>"
    )
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        f'<w:name w:val="Normal Table"/><w:tblPr>{margins}</w:tblPr></w:style>'
        '<w:style w:type="table" w:customStyle="1" w:styleId="DataTable">'
        '<w:name w:val="APA Table"/><w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr>'
        '<w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="2B3440"/>'
        '<w:bottom w:val="single" w:sz="8" w:space="0" w:color="2B3440"/></w:tblBorders>'
        f"{margins}</w:tblPr></w:style>"
        '<w:style w:type="table" w:customStyle="1" w:styleId="FactsTable">'
        '<w:name w:val="Facts Table"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
        '<w:top w:val="single" w:sz="4" w:space="0" w:color="D5D9DE"/>'
        '<w:bottom w:val="single" w:sz="4" w:space="0" w:color="D5D9DE"/>'
        '<w:insideH w:val="single" w:sz="4" w:space="0" w:color="D5D9DE"/></w:tblBorders>'
        f"{margins}</w:tblPr></w:style>"
    )
