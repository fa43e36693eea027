"""Malicious and broken files, made when they are needed: a name and the bytes of each."""

import io
import random
import struct
import zipfile
from collections.abc import Iterator

from tests.imports.files import DATA, as_csv, trainee

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/></Types>'
)
Parts = dict[str, str | bytes]


def archive(parts: Parts, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def workbook(sheet: str, **more: str | bytes) -> bytes:
    """A small workbook with one sheet, as XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts: Parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{relations}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="A" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    return archive(parts | more)


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def spreadsheets() -> Iterator[tuple[str, bytes]]:
    """Archives that are no workbooks, or hold more than cells."""
    good = (DATA / "trainees_dirty.xlsx").read_bytes()
    yield "wrong-magic.xlsx", b"MZ" + good[2:]
    yield "zip-in-zip.xlsx", archive({"[Content_Types].xml": TYPES, "inner.zip": archive({"a": "b" * 1000})})
    yield "no-workbook.xlsx", archive({"a.txt": "hello"})
    yield "word.xlsx", archive({"[Content_Types].xml": "<Types>wordprocessingml</Types>"})
    yield "many-entries.xlsx", archive({"[Content_Types].xml": TYPES} | {f"x{n}": "" for n in range(5_000)})
    yield "bomb.xlsx", workbook("", **{"xl/sharedStrings.xml": b"<a>" + b"0" * 40_000_000})
    yield "larger-bomb.xlsx", workbook("", **{"xl/sharedStrings.xml": b"0" * 60_000_000})
    for name in ("../escape", "/etc/passwd", "xl\\..\\..\\x", "C:evil"):
        yield "path.xlsx", workbook("", **{name: "x"})
    yield "macros.xlsx", workbook("", **{"xl/vbaProject.bin": b"x"})
    yield (
        "macro-type.xlsx",
        archive(
            {"[Content_Types].xml": TYPES.replace("sheet.main", "sheet.macroEnabled.main"), "xl/workbook.xml": "<a/>"}
        ),
    )
    yield "external.xlsx", workbook("", **{"xl/externalLinks/externalLink1.xml": "<a/>"})
    yield "embedded.xlsx", workbook("", **{"xl/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"})
    yield "doctype.xlsx", workbook("", **{"xl/styles.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield "entities.xlsx", workbook("", **{"xl/styles.xml": f'<!DOCTYPE a [<!ENTITY l0 "lol">{lol}]><a>&l9;</a>'})
    yield (
        "outside.xlsx",
        workbook("", **{"xl/styles.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "http://127.0.0.1:9/">]><a>&b;</a>'}),
    )
    yield "far-cell.xlsx", workbook(f'<row r="1048576">{cell("XFD1048576", "x")}</row>')
    yield "wide.xlsx", workbook(f'<row r="1">{cell("A1", "person_ref")}{cell("XFD1", "x")}</row>')
    yield "empty-sheet.xlsx", workbook("")
    yield "no-sheet.xlsx", archive({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<workbook/>"})
    yield "huge-cell.xlsx", workbook(f'<row r="1">{cell("A1", "x" * 3_000_000)}</row>')
    yield "wrong-strings.xlsx", workbook('<row r="1"><c r="A1" t="s"><v>99</v></c></row>')
    yield "formula.xlsx", workbook('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>')
    yield "old-office.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4_000
    yield "old-office.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4_000
    encrypted = bytearray(workbook(""))
    for at in range(len(encrypted) - 4):
        if encrypted[at : at + 4] in (b"PK\x01\x02", b"PK\x03\x04"):
            offset = at + (8 if encrypted[at + 2] == 1 else 6)
            encrypted[offset : offset + 2] = struct.pack("<H", 1)
    yield "encrypted.xlsx", bytes(encrypted)
    for tenth in range(1, 10):
        yield f"truncated-{tenth}.xlsx", good[: len(good) * tenth // 10]
    chance = random.Random(5)
    for number in range(40):
        flipped = bytearray(good)
        for _ in range(3):
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        yield f"flipped-{number}.xlsx", bytes(flipped)
    yield "empty.ods", b""
    yield "fake.ods", archive({"mimetype": "application/vnd.oasis.opendocument.text"})
    yield "bare.ods", archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"})


def texts() -> Iterator[tuple[str, bytes]]:
    """Text that is none, or not a table of trainees."""
    header = as_csv(trainee()).splitlines()[0]
    bad = as_csv(trainee(grade="Wizard", effective_on="2026-02-30"))
    yield "empty.csv", b""
    yield "blank.csv", b"\r\n \r\n"
    yield "header-only.csv", header.encode()
    yield "nul.csv", bad.replace("Ann", "A\0nn").encode()
    yield "unmarked-utf16.csv", bad.encode("utf-16-le")
    yield "half-utf16.csv", b"\xff\xfe" + bad.encode("utf-16-le")[:-1] + b"\xd8"
    yield "undefined-cp1252.csv", bad.encode() + b"\x81\x8d\x8f"
    yield "open-quote.csv", (header + '\n"P1,Ann').encode()
    yield "broken-quote.csv", (header + '\n"P1"x,Ann').encode()
    yield "one-long-line.csv", b"a" * 3_000_000
    yield "many-columns.csv", b"," * 1_000_000
    yield "repeated-header.csv", (header + "," + header + "\nx").encode()
    yield "long-cell.csv", (header + "\n" + "x" * 200_000).encode()
    yield "eicar.csv", rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    yield "html.csv", b"<html><script>alert(1)</script></html>"
    yield "json.csv", b'[{"person_ref": 1}]'
    yield "pdf.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    yield "gzip.csv", b"\x1f\x8b\x08\0" + b"\0" * 100
    yield "bad-row.csv", bad.encode()
    yield "lone-return.csv", bad.replace("\r\n", "\r").encode()
    chance = random.Random(3)
    for number in range(20):
        yield f"random-{number}.csv", chance.randbytes(chance.choice((10, 300, 5_000, 70_000)))
    for number in range(10):
        mixed = bytearray(bad.encode())
        for _ in range(5):
            mixed[chance.randrange(len(mixed))] = chance.randrange(256)
        yield f"mixed-{number}.csv", bytes(mixed)
    for value in ("9" * 400, "1e309", "NaN", "-0", "٣", "0x1", "١٢/٠٣/٢٠٢٦"):
        yield "numbers.csv", as_csv(trainee(fte=value, effective_on=value, grade=value)).encode()
    for value in ("2026-00-10", "0000-01-01", "10000-01-01", "31/04/2026", "44927", "12/31/2026"):
        yield "dates.csv", as_csv(trainee(effective_on=value)).encode()
    for value in ("=cmd|' /C calc'!A0", "@SUM(1)", "+1", "\u202ea", "a\x07", "a\r\nb", "<b>x</b>" * 30):
        yield "names.csv", as_csv(trainee(first_name=value, grade="x")).encode()
