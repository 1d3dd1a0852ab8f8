"""The tables. Times are aware UTC; documents are JSON written whole, never changed in place; what a person typed
outside the answers lies sealed (AES-GCM) and goes when its time is over."""

from storage.tables.base import Base, Moment
from storage.tables.cases import (
    IN_WORK,
    ISSUED,
    Application,
    AuditLine,
    Complaint,
    Letter,
    Note,
    Rating,
    Remark,
    Submission,
)
from storage.tables.filling import Draft, File, RemoteFile
from storage.tables.house import (
    CatalogueEntry,
    CatalogueWord,
    Invite,
    Job,
    JoinTries,
    Lease,
    NumberSeries,
    Officer,
    Setting,
    Told,
)
from storage.tables.talking import Address, Continuation, Dialogue, EmailCode, InboxRow, Message, OutboxRow, Person

__all__ = [
    "IN_WORK",
    "ISSUED",
    "Address",
    "Application",
    "AuditLine",
    "Base",
    "CatalogueEntry",
    "CatalogueWord",
    "Complaint",
    "Continuation",
    "Dialogue",
    "Draft",
    "EmailCode",
    "File",
    "InboxRow",
    "Invite",
    "Job",
    "JoinTries",
    "Lease",
    "Letter",
    "Message",
    "Moment",
    "Note",
    "NumberSeries",
    "Officer",
    "OutboxRow",
    "Person",
    "Rating",
    "Remark",
    "RemoteFile",
    "Setting",
    "Submission",
    "Told",
]
