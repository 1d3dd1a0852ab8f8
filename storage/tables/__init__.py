"""The tables.

Times are aware and in UTC. JSON documents are written whole, never changed in place. What people write outside of forms
is sealed (AES-GCM) and deleted when its time is over.
"""

from storage.tables.base import Base, Moment
from storage.tables.cases import (
    COMMENTED,
    COUNTER,
    ENDED,
    IN_WORK,
    ISSUED,
    NOT_ENDED,
    NOT_IN_ROMANTIK,
    RATED,
    WITH_DOCUMENTS,
    Application,
    AuditLine,
    Letter,
    Note,
    Rating,
    RegisterEntry,
    Remark,
    SectionReview,
    SignedCopy,
    Submission,
)
from storage.tables.catalogue import CatalogueEntry, CatalogueWord, VocabularyTrigram, VocabularyWord
from storage.tables.complaints import COMPLAINT_ANSWERED, COMPLAINT_OPEN, Complaint, ComplaintEntry, ComplaintExclusion
from storage.tables.consultations import CONSULTATION_ANSWERED, CONSULTATION_OPEN, Consultation
from storage.tables.copy_requests import CopyRequest
from storage.tables.counter import CounterRecord
from storage.tables.drafts import UNSENT_DRAFT, Draft, FormImport
from storage.tables.files import UNSENT_FILE, File, RemoteFile, WaitingFile
from storage.tables.guests import GuestVisit
from storage.tables.held_acts import HeldAct
from storage.tables.inquiries import Inquiry
from storage.tables.installation import DailyCount, Job, Lease, NumberSeries, SendBudget, SentReminder, Setting
from storage.tables.live_chats import GOES_ON, LiveChat, LiveMessage
from storage.tables.messages import UNDELIVERED, Dialogue, Hold, InboxRow, Message, OutboxRow
from storage.tables.officers import Authenticator, CodeAttempts, Invite, Officer, StepUpGrant
from storage.tables.pages import PageKey, SigningKey
from storage.tables.people import Address, Continuation, CoverLetterSigner, EmailCode, Person
from storage.tables.queue import QueueDay, QueueTicket
from storage.tables.satisfaction import SatisfactionSurvey
from storage.tables.unknown_phrases import UnknownPhrase

__all__ = [
    "COMMENTED",
    "COMPLAINT_ANSWERED",
    "COMPLAINT_OPEN",
    "CONSULTATION_ANSWERED",
    "CONSULTATION_OPEN",
    "COUNTER",
    "ENDED",
    "GOES_ON",
    "IN_WORK",
    "ISSUED",
    "NOT_ENDED",
    "NOT_IN_ROMANTIK",
    "RATED",
    "UNDELIVERED",
    "UNSENT_DRAFT",
    "UNSENT_FILE",
    "WITH_DOCUMENTS",
    "Address",
    "Application",
    "AuditLine",
    "Authenticator",
    "Base",
    "CatalogueEntry",
    "CatalogueWord",
    "CodeAttempts",
    "Complaint",
    "ComplaintEntry",
    "ComplaintExclusion",
    "Consultation",
    "Continuation",
    "CopyRequest",
    "CounterRecord",
    "CoverLetterSigner",
    "DailyCount",
    "Dialogue",
    "Draft",
    "EmailCode",
    "File",
    "FormImport",
    "GuestVisit",
    "HeldAct",
    "Hold",
    "InboxRow",
    "Inquiry",
    "Invite",
    "Job",
    "Lease",
    "Letter",
    "LiveChat",
    "LiveMessage",
    "Message",
    "Moment",
    "Note",
    "NumberSeries",
    "Officer",
    "OutboxRow",
    "PageKey",
    "Person",
    "QueueDay",
    "QueueTicket",
    "Rating",
    "RegisterEntry",
    "Remark",
    "RemoteFile",
    "SatisfactionSurvey",
    "SectionReview",
    "SendBudget",
    "SentReminder",
    "Setting",
    "SignedCopy",
    "SigningKey",
    "StepUpGrant",
    "Submission",
    "UnknownPhrase",
    "VocabularyTrigram",
    "VocabularyWord",
    "WaitingFile",
]
