"""Plain BM25, as people set it up: tantivy as it comes over title and passage.

Passages are what the LangChain peer gets too: ``RecursiveCharacterTextSplitter`` (1,000/200) over
the articles' text as it stands, the title put in front of each for the search alone. Analysed by
one of tantivy's own two tokenizers: ``default`` (words in lower case) or ``en_stem`` (and stemmed).
Nothing of Dateline is in it: not its passages, its analysis, its cleaning or its stop words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import tantivy

CHUNK_CHARACTERS = 1000
OVERLAP_CHARACTERS = 200
TOKENIZERS = ("default", "en_stem")


class PlainBM25:
    """An index in memory of rows with ``title`` and ``text``."""

    def __init__(self, articles: Iterable[dict[str, Any]], tokenizer: str) -> None:
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS
        )
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("place", stored=True)
        builder.add_text_field("text", tokenizer_name=tokenizer, index_option="freq")
        self._index = tantivy.Index(builder.build())
        self.passages: list[str] = []
        writer = self._index.writer(num_threads=1)
        for article in articles:
            for chunk in splitter.split_text(article["text"]):
                document = tantivy.Document()
                document.add_unsigned("place", len(self.passages))
                document.add_text("text", f"{article['title'] or ''}\n{chunk}")
                writer.add_document(document)
                self.passages.append(chunk)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, question: str, k: int) -> list[str]:
        """The texts of the ``k`` passages with the highest score, best first."""
        words = "".join(c if c.isalnum() else " " for c in question)  # no query syntax
        query = self._index.parse_query(words.lower(), ["text"])
        searcher = self._index.searcher()
        places = (searcher.doc(a)["place"][0] for _, a in searcher.search(query, k).hits)
        return [self.passages[place] for place in places]
