"""Installs the wheel into empty environments and ingests one file of each format there.

    python -m scripts.check_wheel python3.11 python3.12

An old pip resolves extras by the name as spelled, a new one by the normalized name: a dependency
that only one of them installs shows as an ImportError of one format.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from email.message import EmailMessage
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIPS = ("pip==23.2.1", "pip")
TITLE = "Olven ferry stays in port until the wind drops"
SENTENCES = (
    "The ferry between Olven and Brell will stay in port until the wind drops, the harbour said.",
    "Its 214 passengers were put up in the school on Monday, and nobody was hurt, said the mayor.",
)
TEXT = "\n\n".join(SENTENCES)
PAGE = (
    f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>"
    + "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    + "</article></body></html>"
)
CONTAINER = '<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>'
BOOK = (
    '<package><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="a"/></spine></package>'
)
# Makes what needs a library of the installed wheel.
MAKE_DOCX = (
    "import sys; from docx import Document; d = Document(); "
    "[d.add_paragraph(t) for t in sys.argv[2:]]; d.save(sys.argv[1])"
)


def write_files(folder: Path) -> None:
    """One small file of each format, less .docx."""
    row = {"title": TITLE, "text": TEXT}
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = (
        "a@b.example",
        TITLE,
        "Mon, 02 Feb 2026 10:00 +0000",
    )
    mail.set_content(TEXT)
    saved = EmailMessage()
    saved["Subject"], saved["MIME-Version"] = TITLE, "1.0"
    saved.set_content(PAGE, subtype="html")
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{PAGE}"
    item = f"<item><title>{TITLE}</title><description>{TEXT}</description></item>"
    files = {
        "a.txt": f"{TITLE}\n\n{TEXT}\n",
        "a.md": f"# {TITLE}\n\n{TEXT}\n",
        "a.html": PAGE,
        "a.json": json.dumps({"articles": [row]}),
        "a.jsonl": json.dumps(row) + "\n",
        "a.csv": f'title,text\n{TITLE},"{TEXT}"\n',
        "a.rss": f"<rss><channel><title>Olven Post</title>{item}</channel></rss>",
        "a.rtf": rf"{{\rtf1\ansi {TITLE}\par {TEXT.replace(chr(10), chr(92) + 'par ')}\par}}",
        "a.eml": mail.as_string(),
        "a.mbox": f"From a@b.example Mon Feb  2 2026\n{mail.as_string()}\n",
        "a.mhtml": saved.as_string(),
        "a.warc": "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://olven.example/ferry"
        f"\r\nContent-Type: application/http\r\nContent-Length: {len(http)}\r\n\r\n{http}\r\n\r\n",
    }
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("story.txt", TEXT)
    with zipfile.ZipFile(folder / "a.epub", "w") as archive:
        for name, text in (
            ("META-INF/container.xml", CONTAINER),
            ("b.opf", BOOK),
            ("a.xhtml", PAGE),
        ):
            archive.writestr(name, text)


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))[:200]}\n{done.stdout}{done.stderr}")
    return done.stdout


def check(python: str, pip: str, wheel: Path, folder: Path) -> None:
    """Install ``wheel`` with ``pip`` into a new environment in ``folder`` and ingest there."""
    run(python, "-m", "venv", "env", cwd=folder)
    own = folder / "env" / "bin" / "python"
    run(own, "-m", "pip", "install", "-q", "--upgrade", pip, cwd=folder)
    run(own, "-m", "pip", "install", "-q", wheel, cwd=folder)
    files = folder / "in"
    files.mkdir()
    write_files(files)
    run(own, "-c", MAKE_DOCX, files / "a.docx", *SENTENCES, cwd=folder)
    cli = folder / "env" / "bin" / "dateline"
    report = json.loads(run(cli, "ingest", "in", "--index", "index", "--json", cwd=folder))
    expected = len(list(files.iterdir()))
    if report["added"] != expected or report["refused"] or report["passed_over"]:
        raise SystemExit(f"{python}, {pip}: {expected} files, and {json.dumps(report, indent=1)}")
    print(f"{python}, {pip}: {expected} files of {expected} formats read")


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        build = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", made, ROOT)
        run(*build, cwd=ROOT)
        wheel = next(Path(made).glob("*.whl"))
        found = [python for python in sys.argv[1:] if shutil.which(python)]
        for python in sys.argv[1:]:
            if python not in found:
                print(f"SKIPPED: {python} is not installed here", file=sys.stderr)
        if not found:
            raise SystemExit("no Python of " + ", ".join(sys.argv[1:]))
        for python in found:
            for pip in PIPS:
                with tempfile.TemporaryDirectory() as folder:
                    check(python, pip, wheel, Path(folder))


if __name__ == "__main__":
    main()
