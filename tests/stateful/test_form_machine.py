"""The request form against everything that people, phones, platforms and offices do to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from bot.service.applications import FORM
from tests.stateful import typed_text
from tests.stateful.changes import CHANGES
from tests.stateful.conversation import Talking
from tests.stateful.installation import LAPTOP, PHONE, STRANGER, Who, ask_for_revision, copied, fill, prepare
from tests.stateful.observation import Button
from tests.stateful.person import Person

DEVICES = st.sampled_from((PHONE, PHONE, PHONE, LAPTOP))
NUMBERS = st.integers(0, 999)
MANY = st.integers(0, 9999)
EARLY = st.sampled_from((0, 0, 0, 1, 2))
ODD = st.one_of(st.sampled_from(typed_text.ODD), st.text(max_size=12))
MORE = st.lists(st.one_of(NUMBERS, st.sampled_from(typed_text.ODD[2:])), min_size=1, max_size=3)
KINDS = st.sampled_from(("text", "text", "text", "text", "contact", "other", "location"))
FILES = st.sampled_from(("surat.pdf", "foto.jpg", "exe.pdf", "a b.docx", "x" * 120 + ".png"))
ROW_ACTS = (
    ("Hapus baris ini", "Batalkan penghapusan"),
    ("Ubah baris ini", "Tetap seperti ini", "Tetap seperti ini"),
    ("Kembali ke daftar", "Isi satu per satu", "Kembali"),
)
#: questions that an example begins with: each kind, and the end
STARTS = (
    "tahun_kegiatan", "cara_pengumpulan_data", "alamat_instansi", "faksimile_instansi", "pj_teknis_email",
    "latar_belakang", "jadwal", "jadwal", "variabel", "variabel", "variabel", "kegiatan_dilakukan", "wilayah_kegiatan",
    "metode_pengumpulan", "metode_pengumpulan", "rilis_digital", "surat_permohonan", "catatan", "", "",
)  # fmt: skip


class FormMachine(RuleBasedStateMachine):
    def __init__(self, prepared: Path, folder: Path) -> None:
        super().__init__()
        self.installation = copied(prepared, folder)

    def teardown(self) -> None:
        self.installation.stop()

    def person(self, who: Who = PHONE) -> Person:
        """With the form open."""
        person = Person(self.talking, who)
        person.open_form()
        return person

    @initialize(start=st.sampled_from(STARTS), complete=st.booleans(), n=NUMBERS)
    def a_draft_that_is_filled_in_part(self, start: str, complete: bool, n: int) -> None:
        """Up to a question, or all, and then that question is opened again."""
        self.installation.write(partial(fill, installation=self.installation, until="" if complete else start, n=n))
        self.talking = Talking(self.installation)
        person = self.person()
        if complete and start in self.installation.form.questions:
            person.jump(self.installation.form.questions[start])

    # Answers --------------------------------------------------------------------------------------------------------

    @rule(who=DEVICES, n=NUMBERS, times=st.integers(2, 4))
    def good_answers(self, who: Who, n: int, times: int) -> None:
        person = self.person(who)
        for more in range(times):
            person.answer(n + more)

    @rule(who=DEVICES, words=ODD, kind=KINDS, early=EARLY)
    def anything(self, who: Who, words: str, kind: str, early: int) -> None:
        self.person(who).say(words, early, kind)

    @rule(who=DEVICES, n=NUMBERS, m=NUMBERS, words=ODD, good=st.booleans())
    def a_message_is_edited(self, who: Who, n: int, m: int, words: str, good: bool) -> None:
        """After some answers; the new words may be a good answer to what the message had answered."""
        person = self.person(who)
        for more in range(1 + n % 3):
            person.answer(n + more)
        order, question = self.talking.recent(who, m)
        if order:
            self.talking.edit(who, order, typed_text.good(question, n + 1) if question and good else words)

    @rule(n=NUMBERS, more=MORE, agree=st.lists(st.booleans(), max_size=3))
    def a_burst(self, n: int, more: list[int | str], agree: list[bool]) -> None:
        """Several messages before the first answer was seen, then perhaps a word on what is offered."""
        person = self.person()
        told = len(self.talking.told[PHONE].answers)
        person.say(person.words(n))
        for words in more:
            early = len(self.talking.told[PHONE].answers) - told
            person.say(words if isinstance(words, str) else person.words(words), early)
        for yes in agree:
            person.say("ya" if yes else "tidak")

    @rule(who=DEVICES, n=NUMBERS, names=st.lists(FILES, min_size=1, max_size=3), early=EARLY)
    def files(self, who: Who, n: int, names: list[str], early: int) -> None:
        """Where a file is asked, or wherever the person is."""
        self._go_to_kind(who, "file", n)
        self.talking.upload(who, names, early)

    @rule(n=NUMBERS, act=st.sampled_from(ROW_ACTS), twice=st.booleans())
    def a_row_is_changed(self, n: int, act: tuple[str, ...], twice: bool) -> None:
        person = self._go_to_kind(PHONE, "rows", n)
        for more in range(n % 5):
            person.answer(n + more)
        self._press(PHONE, self.talking.last_buttons(PHONE, "Ubah atau hapus baris"), False)
        if person.shown and person.shown.part == "pick":
            person.answer(n)
        for label in act:
            self._press(PHONE, self.talking.last_buttons(PHONE, label), twice)

    def _go_to_kind(self, who: Who, kind: str, n: int) -> Person:
        """Most times; unless the person is there already."""
        person, question = self.person(who), self.talking.question(who)
        wanted = [q for q in self.installation.form.questions.values() if q.kind == kind]
        if wanted and n % 4 < 3 and not (question and question.kind == kind):
            person.go_to(wanted[n % len(wanted)])
        return person

    # Ways -----------------------------------------------------------------------------------------------------------

    @rule(who=DEVICES, way=st.sampled_from((Person.back, Person.back, Person.skip, Person.resume)))
    def a_way(self, who: Who, way: Callable[[Person], None]) -> None:
        way(self.person(who))

    @rule(who=DEVICES, n=NUMBERS)
    def a_jump(self, who: Who, n: int) -> None:
        questions = list(self.installation.form.questions.values())
        self.person(who).jump(questions[n % len(questions)])

    @rule(who=DEVICES, word=st.sampled_from(typed_text.ALWAYS), early=EARLY)
    def a_word_that_always_works(self, who: Who, word: str, early: int) -> None:
        self.person(who).say(word, early)

    @rule(who=DEVICES, n=NUMBERS, twice=st.booleans())
    def a_button_of_the_last_message(self, who: Who, n: int, twice: bool) -> None:
        self.person(who)
        self._press(who, self.talking.last_buttons(who), twice, n)

    @rule(who=DEVICES, n=MANY, recent=st.booleans(), twice=st.booleans())
    def any_button_ever_shown(self, who: Who, n: int, recent: bool, twice: bool) -> None:
        self.person(who)
        self._press(who, self._buttons[-60:] if recent else self._buttons, twice, n)

    @property
    def _buttons(self) -> list[Button]:
        return [button for told in self.talking.told.values() for button in told.buttons]

    def _press(self, who: Who, buttons: list[Button], twice: bool, n: int = 0) -> None:
        """Twice: the second press is of the same old message."""
        if buttons:
            for _ in range(1 + twice):
                self.talking.press(who, buttons[n % len(buttons)])

    # Two devices, and the end ---------------------------------------------------------------------------------------

    @rule(
        n=NUMBERS,
        m=NUMBERS,
        first=st.sampled_from(("words", "words", "button")),
        then=st.sampled_from(typed_text.STALE),
    )
    def two_devices_at_one_question(self, n: int, m: int, first: str, then: str) -> None:
        """The laptop goes on; the phone still shows what was open before."""
        phone, laptop = self.person(PHONE), self.person(LAPTOP)
        if phone.shown and phone.shown.question:
            laptop.go_to(phone.shown.question)
        self._act(laptop, first, n)
        self._act(phone, then, m)

    def _act(self, person: Person, what: str, n: int) -> None:
        if what == "button":
            self._press(person.who, self.talking.last_buttons(person.who), False, n)
        else:
            person.say(person.words(n) if what == "words" else what)

    @rule(who=DEVICES, n=NUMBERS, meanwhile=st.booleans(), twice=st.booleans())
    def review_and_send(self, who: Who, n: int, meanwhile: bool, twice: bool) -> None:
        draft = self.person(who).draft
        if draft is None or draft.form != FORM:
            return
        self.talking.forge(who, f"form:{draft.id}:-:check:0")
        send = self.talking.last_buttons(who, "Kirim sekarang")
        if meanwhile:
            self.a_jump(LAPTOP, n)
            self.good_answers(LAPTOP, n, 1)
        self._press(who, send, twice)
        now = self.talking.now.drafts[draft.id]
        assert not send or now.state == "submitted" or now.revision != draft.revision, "a complete form was not sent"

    # The world ------------------------------------------------------------------------------------------------------

    @precondition(lambda self: any(sent.status in {"submitted", "under_review"} for sent in self.talking.now.sent))
    @rule(n=NUMBERS)
    def the_examiner_asks_for_a_revision(self, n: int) -> None:
        self.installation.write(partial(ask_for_revision, installation=self.installation, n=n))
        self.talking.look_up(PHONE, LAPTOP)

    @rule(trouble=st.sampled_from(("redelivery", "restart", "change", "change", "forgery", "stranger")), n=MANY, m=MANY)
    def trouble(self, trouble: str, n: int, m: int) -> None:
        TROUBLES[trouble](self, n, m)

    def _redelivery(self, n: int, m: int) -> None:
        self.talking.deliver_again(self.talking.sent[-1 - n % len(self.talking.sent)])

    def _restart(self, n: int, m: int) -> None:
        self.installation.deploy()

    def _change(self, n: int, m: int) -> None:
        self.installation.deploy(CHANGES[m % len(CHANGES)](self.installation.form, n))

    def _forgery(self, n: int, m: int) -> None:
        codes = ["-", *(question.code for question in self.installation.form.questions.values())]
        code, what, revision = (
            codes[n % len(codes)],
            typed_text.WHATS[m % len(typed_text.WHATS)],
            typed_text.REVISIONS[n % 7],
        )
        self.talking.forge(
            PHONE, f"form:{m % 4}:{code}:{what}:{revision}" if n % 3 else typed_text.CODES[m % len(typed_text.CODES)]
        )

    def _stranger(self, n: int, m: int) -> None:
        mine = {id: draft for id, draft in self.talking.now.drafts.items() if draft.person == 1}
        self._press(STRANGER, self._buttons, False, n)
        self.talking.say(STRANGER, typed_text.ODD[m % len(typed_text.ODD)])
        assert mine == {id: draft for id, draft in self.talking.now.drafts.items() if draft.person == 1}


TROUBLES = {
    "redelivery": FormMachine._redelivery,
    "restart": FormMachine._restart,
    "change": FormMachine._change,
    "forgery": FormMachine._forgery,
    "stranger": FormMachine._stranger,
}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("prepared") / "data")


@pytest.mark.timeout(420)  # Hypothesis shortens a failing example for at most 300 s
def test_whatever_people_do_a_form_keeps_what_it_confirmed_and_nothing_else(prepared: Path, tmp_path: Path) -> None:
    numbers = itertools.count()
    run_state_machine_as_test(
        lambda: FormMachine(prepared, tmp_path / str(next(numbers))),  # type: ignore[arg-type]  # called like the class
        settings=settings(
            derandomize=True,
            max_examples=16,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
