"""The fixed parts of a Word file: styles, numbering, header and footer, relations."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from evalpipe.report.documents.text import clean_text

PAGE_TWIPS = 9_354
SYNTHETIC_WORDS = "Made-up data with a known truth; not a finding."

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"

TEXT_FACE = "Times New Roman"
HEAD_FACE = "Arial"


def xml_text(text: str) -> str:
    """Text for an XML element."""
    return escape(clean_text(text))


def attribute(text: str) -> str:
    """Text as a quoted XML attribute."""
    return quoteattr(clean_text(text))


def content_types() -> str:
    """What kind of file each part is."""
    parts = {
        "/word/document.xml": f"{_WORD}.document.main+xml",
        "/word/styles.xml": f"{_WORD}.styles+xml",
        "/word/numbering.xml": f"{_WORD}.numbering+xml",
        "/word/settings.xml": f"{_WORD}.settings+xml",
        "/word/header1.xml": f"{_WORD}.header+xml",
        "/word/footer1.xml": f"{_WORD}.footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": (
            "application/vnd.openxmlformats-officedocument.extended-properties+xml"
        ),
    }
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items()
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{overrides}</Types>'
    )


def package_relations() -> str:
    """What the package starts with."""
    return (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_RELATION}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="r2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
        'Target="docProps/core.xml"/>'
        f'<Relationship Id="r3" Type="{_RELATION}/extended-properties" '
        'Target="docProps/app.xml"/></Relationships>'
    )


def relations(n_pictures: int, links: Sequence[str]) -> str:
    """What the document refers to: its parts, pictures and links outside."""
    own = ("styles", "numbering", "settings")
    entries = [
        f'<Relationship Id="{name}" Type="{_RELATION}/{name}" Target="{name}.xml"/>' for name in own
    ]
    entries += [
        f'<Relationship Id="{name}" Type="{_RELATION}/{name}" Target="{name}1.xml"/>'
        for name in ("header", "footer")
    ]
    entries += [
        f'<Relationship Id="picture{i}" Type="{_RELATION}/image" Target="media/image{i}.png"/>'
        for i in range(1, n_pictures + 1)
    ]
    entries += [
        f'<Relationship Id="link{i}" Type="{_RELATION}/hyperlink" Target={quoteattr(href)} '
        'TargetMode="External"/>'
        for i, href in enumerate(links, 1)
    ]
    return (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(entries)}</Relationships>'
    )


def core_properties(title: str, lang: str) -> str:
    """Title and language; no dates, no author."""
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{xml_text(title)}</dc:title><dc:creator>evalpipe</dc:creator>"
        f"<dc:language>{xml_text(lang)}</dc:language></cp:coreProperties>"
    )


def app_properties() -> str:
    """The program that wrote the file."""
    space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return f'{_XML}<Properties xmlns="{space}"><Application>evalpipe</Application></Properties>'


def settings() -> str:
    """Compatibility with current Word; nothing is updated or asked on opening."""
    return (
        f'{_XML}<w:settings {_W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting '
        'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
        'w:val="15"/></w:compat></w:settings>'
    )


def document_part(body: str) -> str:
    """The document around its body: A4, header and footer."""
    return (
        f"{_XML}<w:document {_W} {_R} "
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f"<w:body>{body}<w:sectPr>"
        '<w:headerReference w:type="default" r:id="header"/>'
        '<w:footerReference w:type="default" r:id="footer"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1276" w:bottom="1304" '
        'w:left="1276" w:header="680" w:footer="600" w:gutter="0"/></w:sectPr>'
        "</w:body></w:document>"
    )


def header(title: str, is_synthetic: bool) -> str:
    """Title of the study on the left, SYNTHETIC on the right where it is."""
    mark = (
        '<w:r><w:tab/></w:r><w:r><w:rPr><w:b/><w:color w:val="7A1F5C"/></w:rPr>'
        "<w:t>SYNTHETIC</w:t></w:r>"
        if is_synthetic
        else ""
    )
    return (
        f'{_XML}<w:hdr {_W}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr><w:r>'
        f'<w:t xml:space="preserve">{xml_text(title[:90])}</w:t></w:r>{mark}</w:p></w:hdr>'
    )


def footer() -> str:
    """The page number."""
    return (
        f'{_XML}<w:ftr {_W}><w:p><w:pPr><w:pStyle w:val="Footer"/><w:jc w:val="right"/></w:pPr>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>'
    )


def drawing(number: int, width: int, height: int, alt: str) -> str:
    """A picture in the line. width, height in EMU."""
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" name="Figure {number}" descr={attribute(alt)}/>'
        "<a:graphic><a:graphicData "
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="image{number}.png" descr={attribute(alt)}/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="picture{number}"/>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"
        f'<a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )


def numbering() -> str:
    """One kind of list: bullets."""
    return (
        f'{_XML}<w:numbering {_W}><w:abstractNum w:abstractNumId="0">'
        '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="bullet"/><w:lvlText w:val="\u2022"/><w:lvlJc w:val="left"/><w:pPr>'
        '<w:ind w:left="360" w:hanging="260"/></w:pPr></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


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
        f"{_XML}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{_face(TEXT_FACE)}"
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
