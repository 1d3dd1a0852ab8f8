"""The catalogue of activities that have a recommendation."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class CatalogueEntry(Base):
    """An activity that has a recommendation."""

    __tablename__ = "catalogue"
    id: Mapped[int] = mapped_column(primary_key=True)
    #: hash of the fields by which a later import recognises the entry
    key: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str]
    organiser: Mapped[str]
    year: Mapped[int]
    region: Mapped[str]
    region_code: Mapped[str] = mapped_column(String(8))
    method: Mapped[str] = mapped_column(String(40))
    recommendation_identity: Mapped[str] = mapped_column(String(30))
    letter_number: Mapped[str] = mapped_column(String(60))
    letter_date: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(30))
    source: Mapped[str]
    note: Mapped[str]
    __table_args__ = (Index("ix_catalogue_year_id", "year", "id"),)


class CatalogueWord(Base):
    """A word of an entry, folded, so that one index finds beginnings of words on every database."""

    __tablename__ = "catalogue_words"
    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("catalogue.id", ondelete="CASCADE"), primary_key=True, index=True)
    __table_args__ = ({"sqlite_with_rowid": False},)


class VocabularyWord(Base):
    """A word of letters that entries have or had; misspelt words are compared with these."""

    __tablename__ = "catalogue_vocabulary"
    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    __table_args__ = ({"sqlite_with_rowid": False},)


class VocabularyTrigram(Base):
    """A part of three letters of a word of the vocabulary."""

    __tablename__ = "catalogue_trigrams"
    trigram: Mapped[str] = mapped_column(String(3), primary_key=True)
    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    __table_args__ = ({"sqlite_with_rowid": False},)
