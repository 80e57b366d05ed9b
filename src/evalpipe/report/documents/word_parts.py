"""The fixed parts of a Word file: styles, numbering, header and footer, relations."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from evalpipe.report.documents.text import clean_text

PAGE_TWIPS = 9_354
SYNTHETIC_WORDS = "Made-up data with a known truth; not a finding."

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


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
        f'{XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{overrides}</Types>'
    )


def package_relations() -> str:
    """What the package starts with."""
    return (
        f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">'
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
        f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(entries)}</Relationships>'
    )


def core_properties(title: str, lang: str) -> str:
    """Title and language; no dates, no author."""
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{xml_text(title)}</dc:title><dc:creator>evalpipe</dc:creator>"
        f"<dc:language>{xml_text(lang)}</dc:language></cp:coreProperties>"
    )


def app_properties() -> str:
    """The program that wrote the file."""
    space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return f'{XML}<Properties xmlns="{space}"><Application>evalpipe</Application></Properties>'


def settings() -> str:
    """Compatibility with current Word; nothing is updated or asked on opening."""
    return (
        f'{XML}<w:settings {W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting '
        'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
        'w:val="15"/></w:compat></w:settings>'
    )


def document_part(body: str) -> str:
    """The document around its body: A4, header and footer."""
    return (
        f"{XML}<w:document {W} {_R} "
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
        f'{XML}<w:hdr {W}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr><w:r>'
        f'<w:t xml:space="preserve">{xml_text(title[:90])}</w:t></w:r>{mark}</w:p></w:hdr>'
    )


def footer() -> str:
    """The page number."""
    return (
        f'{XML}<w:ftr {W}><w:p><w:pPr><w:pStyle w:val="Footer"/><w:jc w:val="right"/></w:pPr>'
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
        f'{XML}<w:numbering {W}><w:abstractNum w:abstractNumId="0">'
        '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="bullet"/><w:lvlText w:val="\u2022"/><w:lvlJc w:val="left"/><w:pPr>'
        '<w:ind w:left="360" w:hanging="260"/></w:pPr></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
