"""How tantivy and Chroma follow the catalog.

The catalog's ``changes`` table numbers every passage that came or went. For each derived store
the catalog knows the folder in use and the last change that this store is known to have applied
(``lexicon_folder``, ``lexicon_seq``, ``chroma_folder``, ``chroma_seq``). A store is brought up to
date by applying the changes after that number, then moving the number. After an interruption
between the two, changes are applied again, which does no harm: a passage never changes under its
id, and ids are never reused.
What is missing or damaged is made again from the catalog in a new folder, to which one
transaction switches; a reader goes on with the old one.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from rag.index.catalog import Catalog
from rag.index.failures import DerivedStoreError
from rag.index.ledger import set_meta
from rag.index.records import PassageEntry

_CHUNK = 2000
# How many passages are looked for in a store that a killed run left.
_PROBES = 50
_FOLDER = re.compile(r"\d{4,}")

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many passages are done, and of how many."""


class DerivedStore(Protocol):
    """What ``rag.index.lexicon`` and ``rag.index.vectors`` have in common."""

    def apply(
        self, removed: Sequence[int], added: Sequence[PassageEntry], *, replay: bool
    ) -> None: ...
    def commit(self) -> None: ...
    def count(self) -> int: ...
    def passage_ids(self) -> set[int]: ...
    def finds(self, entries: Sequence[PassageEntry]) -> bool: ...
    def close(self) -> None: ...


Store = TypeVar("Store", bound=DerivedStore)


class Follower(Generic[Store]):
    """Keeps one derived store up to date with the catalog. For the writer of an index only.

    Args:
        name: "lexicon" or "chroma": the folder's name and the prefix of the catalog's notes.
        vectors: whether the store wants the passages' vectors.
    """

    def __init__(
        self,
        catalog: Catalog,
        name: str,
        create: Callable[[Path], Store],
        open_: Callable[[Path], Store],
        *,
        vectors: bool,
    ) -> None:
        self._catalog = catalog
        self._name = name
        self._create = create
        self._open = open_
        self._vectors = vectors
        self._store: Store | None = None
        # Whether changes about to be applied may have been applied by an interrupted run.
        self._replaying = False
        self.repairs: list[str] = []

    @property
    def parent(self) -> Path:
        return self._catalog.directory / self._name

    @property
    def folder(self) -> Path | None:
        """The folder in use, whether or not it is still there; None before the first one."""
        name = self._catalog.meta(f"{self._name}_folder")
        return None if name is None else self.parent / str(name)

    @property
    def applied_seq(self) -> int:
        return int(self._catalog.meta(f"{self._name}_seq", 0))

    @property
    def behind(self) -> bool:
        """Whether there is anything to do, as far as can be told without opening the store."""
        folder = self.folder
        if folder is None or not folder.is_dir():
            return True
        return self._catalog.last_change() > self.applied_seq or bool(
            self._catalog.meta(f"{self._name}_writing", 0)
        )

    def store(self) -> Store:
        """The store, opened and known to be whole; made again where it was not."""
        if self._store is None:
            self._store = self._opened()
        return self._store

    def sync(self) -> None:
        """Apply every change that the store does not have yet."""
        store = self.store()
        seq = self.applied_seq
        if self._catalog.last_change() <= seq:
            return
        self._note_writing(True)
        while changes := self._catalog.changes_after(seq, _CHUNK):
            removed = [change.passage_id for change in changes if change.removed]
            added = [change.passage_id for change in changes if not change.removed]
            entries = self._catalog.entries(added, vectors=self._vectors)
            store.apply(removed, entries, replay=self._replaying)
            seq = changes[-1].seq
        store.commit()
        self._replaying = False
        with self._catalog.transaction() as db:
            set_meta(db, **{f"{self._name}_seq": seq})

    def rebuild(self, progress: Progress | None = None) -> None:
        """Make the store anew from the catalog, in a new folder, and switch to it."""
        self._drop()
        with self._catalog.view():
            ids, seq = self._catalog.all_passage_ids(), self._catalog.last_change()
        folder = self._new_folder()
        store = self._create(folder)
        for first in range(0, len(ids), _CHUNK):
            entries = self._catalog.entries(ids[first : first + _CHUNK], vectors=self._vectors)
            store.apply([], entries, replay=False)
            if progress is not None:
                progress(self._name, min(first + _CHUNK, len(ids)), len(ids))
        store.commit()
        with self._catalog.transaction() as db:
            set_meta(
                db,
                **{
                    f"{self._name}_folder": folder.name,
                    f"{self._name}_seq": seq,
                    f"{self._name}_writing": 1,
                },
            )
        self._store, self._replaying = store, False
        for other in self._other_folders():
            shutil.rmtree(other, ignore_errors=True)

    def mend(self) -> None:
        """Bring the store in step; where it then still differs from the catalog, make it anew."""
        try:
            self.sync()
            wrong = self.differences()
        except DerivedStoreError as error:
            wrong = [str(error)]
        if wrong:
            self.rebuild()
            self.repairs += [f"{line}; made again" for line in wrong]

    def close(self) -> None:
        """Close the store; what it was given is on disk then."""
        if self._store is not None:
            self._drop()
            self._note_writing(False)

    def differences(self) -> list[str]:
        """What the store has that the catalog lacks, and the other way round, in words."""
        have, want = self.store().passage_ids(), set(self._catalog.all_passage_ids())
        found = []
        if want - have:
            found.append(f"{self._name}: {len(want - have)} passages are missing")
        if have - want:
            found.append(f"{self._name}: {len(have - want)} passages should not be there")
        return found

    def _opened(self) -> Store:
        folder = self.folder
        self._replaying = True
        if folder is None:
            self.rebuild()
        else:
            try:
                self._store = self._open(folder)
                self._check_whole(self._store)
            except DerivedStoreError as error:
                self.repairs.append(f"{error}; made again")
                self.rebuild()
        assert self._store is not None
        return self._store

    def _check_whole(self, store: Store) -> None:
        """
        Raises:
            DerivedStoreError: the store lacks passages that it is known to have had, or, after a
                run that was killed while it wrote, does not find some of them.
        """
        killed = bool(self._catalog.meta(f"{self._name}_writing", 0))
        if killed or self._catalog.last_change() > self.applied_seq:
            pending = {
                change.passage_id for change in self._catalog.changes_after(self.applied_seq, -1)
            }
            settled = set(self._catalog.all_passage_ids()) - pending
            sample = sorted(settled)[:: max(1, len(settled) // _PROBES)]
            entries = self._catalog.entries(sample, vectors=self._vectors)
            whole = settled <= store.passage_ids() and store.finds(entries)
        else:
            whole = store.count() == self._catalog.counts().passages
        if not whole:
            raise DerivedStoreError(f"{self.folder} does not hold what the catalog says")

    def _note_writing(self, writing: bool) -> None:
        """In the catalog: a killed run leaves the note, and the next one looks more closely."""
        if bool(self._catalog.meta(f"{self._name}_writing", 0)) != writing:
            with self._catalog.transaction() as db:
                set_meta(db, **{f"{self._name}_writing": int(writing)})

    def _drop(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    def _new_folder(self) -> Path:
        numbers = [int(folder.name) for folder in self._folders()]
        return self.parent / f"{max(numbers, default=0) + 1:04d}"

    def _folders(self) -> Iterator[Path]:
        if self.parent.is_dir():
            for path in self.parent.iterdir():
                if _FOLDER.fullmatch(path.name):
                    yield path

    def _other_folders(self) -> list[Path]:
        return [folder for folder in self._folders() if folder != self.folder]


def unused_folders(directory: Path) -> list[Path]:
    """Folders of derived stores that the catalog in ``directory`` does not name: an interrupted run
    left them."""
    with closing(Catalog.open(directory, write=False)) as catalog:
        in_use = {name: catalog.meta(f"{name}_folder") for name in ("lexicon", "chroma")}
    return sorted(
        path
        for name, used in in_use.items()
        if (directory / name).is_dir()
        for path in (directory / name).iterdir()
        if _FOLDER.fullmatch(path.name) and path.name != used
    )


def prune_changes(catalog: Catalog) -> None:
    """Forget the changes that both derived stores have applied."""
    with catalog.transaction() as db:
        db.execute(
            "DELETE FROM changes WHERE seq <= (SELECT min(value) FROM meta "
            "WHERE name IN ('lexicon_seq', 'chroma_seq'))"
        )
