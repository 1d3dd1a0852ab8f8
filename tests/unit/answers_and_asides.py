"""What people wrote while a question was open: answers of a form, and messages beside them. No real personal data."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from bot.service.catalogue import SAMPLE
from domain.form.definition import Question
from domain.form.loading import load_forms
from domain.form.reading import source_words
from tests.stateful import typed_text
from tests.unit.answer_samples import OFFICE

ASIDES = """
maksudnya apa? | belum tahu | tidak tahu | terima kasih | berapa lama prosesnya? | oke | siap | tolong | halo
apa maksudnya | maksud pertanyaannya apa ya | contohnya gimana? | ini diisi apa | harus diisi apa? | saya tidak tahu
kurang paham pak | gak ngerti | ga tau min | bingung | saya bingung isi apa | nanti saya tanya atasan dulu
terima kasih banyak pak | makasih ya | ok siap | oke pak | baik bu | kapan suratnya jadi | berapa biayanya
apakah gratis? | bayar berapa ya | kantornya di mana | dimana kantornya | boleh kosong gak | bisa dilewati tidak
apakah wajib diisi | ini wajib gak sih | siapa yang harus tanda tangan? | gimana cara isinya | mohon penjelasan
tolong dijelaskan | minta contoh | bisa bantu saya? | mau tanya dong | selamat pagi | assalamualaikum | pagi pak
what does this mean? | i don't know | not sure | how long does it take | thank you | ok thanks | lupa | belum pasti
perlu lampiran apa saja | syaratnya apa saja | kenapa harus diisi | prosesnya berapa lama | nomor teleponnya berapa
apa bedanya survei dan sensus | unit sampel itu apa | judulnya pakai tahun atau tidak? | bedanya apa | ??
hmm bingung | boleh saya tanya | saya kurang mengerti pertanyaan ini | gimana ini | mantap | sip | noted
wah saya kurang tahu | Pak, ini maksudnya apa ya? | kalau tidak punya bagaimana | apakah boleh lebih dari satu
butuh berapa hari kerja?
""".replace("\n", "|").split("|")
ASIDES = [aside.strip() for aside in ASIDES if aside.strip()]

#: in the words of the people who fill the form, each another kind of content
TYPED = """
Al | Siti Aminah | Andi Baso, S.T. | H. Muh. Ali | Nur | Siapullah | Okky Tolongkar | Baik Hasanah | Hj. Sitti Tahu
Kepala Bidang Statistik | Kepala Seksi Pelayanan Dasar | Sekretaris Dinas | Staf | Analis Kebijakan Ahli Muda
Kepala Dinas Pangan | Kasubag Umum dan Kepegawaian | Pranata Komputer | Sekretariat Daerah | Inspektorat | Camat
Dinas Kesehatan | Badan Pusat Data | Kantor Kecamatan Binamu | Bappeda | RSUD Lanto Daeng Pasewang
Puskesmas Bontomate'ne | Jl. Lanto Dg. Pasewang No. 34, Kelurahan Empoang, Kecamatan Binamu 92311 | Jalan Pelita 58
Kompleks Perkantoran Blok A | Desa Apala, Kecamatan Barebbo | Desa Mana, RT 2 | Kantor Bupati, lantai dua
Sama dengan alamat instansi | 0411 123456 | (0419) 21234 ext 12 | 0812-3456-7890 | dinkes@example.go.id
andi.baso@example.go.id | 31/12/2027 | 15 November 2027 | 2027 | 1 Februari 2027 sampai 28 Februari 2027
Agustus 2027 | 20 orang | 500 responden | ± 500 | Ya | Tidak | iya | gak | Survei | survey | Setiap tahun | Tahunan
Hanya sekali | Lainnya: sekolah | Lainnya (sekolah) | 1, 3 | 2 | yang kedua | Wawancara | Pengamatan dan wawancara
Rumah tangga | Kepala rumah tangga | Individu | Nelayan | Anak usia 0-59 bulan | Balita | Ibu hamil | Sekolah
Usaha mikro | Pelanggan PDAM | Kapal penangkap ikan | Ternak sapi | Berkas permohonan | Status perkawinan
Status gizi balita | Bahasa sehari-hari | Bantuan sosial tunai | Keluhan kesehatan
Penilaian masyarakat terhadap layanan | Menu makanan bergizi | Jumlah pengaduan yang selesai | Lama menunggu
Jumlah kunjungan pasien | Luas panen | Produksi padi | Harga beras | Tingkat pendidikan | Jenis kelamin | Umur
Pendapatan | Pengetahuan tentang stunting | Jumlah responden yang tidak tahu
Persentase warga yang belum tahu program | Alasan tidak bersekolah | Jarak ke sekolah | Kepemilikan kartu
Kepuasan terhadap petugas | Kesulitan mengakses layanan | Bulan lahir
Banyaknya orang yang tinggal di rumah itu selama enam bulan atau lebih. | Waktu yang dipakai menuju tempat kerja.
Tempat di mana responden bekerja paling lama selama seminggu terakhir. | Nilai uang yang dibayar setiap bulan.
Orang yang mengambil keputusan paling banyak dalam rumah tangga. | Kemampuan membaca dan menulis huruf Latin.
Selama setahun terakhir | Seminggu terakhir | Tahun 2026 | Semester I 2027 | Januari s.d. Desember 2026
Saat pencacahan | Permendagri Nomor 86 Tahun 2017 | Standar Data Statistik Nasional | KBLI 2020
Konsep dan definisi BPS | 400/9600 | RSE 4,5% | MoE 5 persen | CV = 7 | 0,05 | 20 dari 82
tahap 1: 10/113 desa; tahap 2: 100/2.400 rumah tangga | Survei Kepuasan Masyarakat Kabupaten Jeneponto
Survei Pengetahuan Ibu tentang Gizi Kabupaten Jeneponto | Pendataan Kebutuhan Pelatihan Kerja
Kompilasi Data Pelayanan Kesehatan | Survei Siap Kerja Lulusan SMK Jeneponto
Menyediakan data tentang siapa saja yang menerima bantuan, di mana mereka tinggal, dan apa yang mereka butuhkan.
Belum ada data yang mutakhir tentang nelayan kecil. Karena itu dinas merencanakan pendataan pada tahun 2027.
Data ini dipakai untuk mengetahui berapa lama masyarakat menunggu, apa keluhannya, dan bagaimana layanan diperbaiki.
Pemerintah daerah belum mengetahui jumlah usaha mikro di setiap kecamatan sehingga bantuan sulit disalurkan.
Untuk menyusun rencana kerja tahun 2028. | Mengukur indeks kepuasan masyarakat.
Mengetahui kebutuhan pelatihan kerja. | Jadwal pengumpulan data sudah kami sesuaikan.
Nama petugas akan kami kirim kemudian. | Lampiran sudah diperbaharui. | Sesuai dengan pedoman kegiatan kami
Angka sudah kami periksa dengan bidang terkait | Definisi kami ambil dari Permenkes. | lembar kerja Excel
aplikasi SIPD | e-PPGBM | Google Formulir | buku register puskesmas | laporan bulanan | formulir kertas
Kelompok tani | Perangkat desa | Guru | Kader posyandu | Kepala desa | Pedagang pasar | Penyuluh | Tokoh masyarakat
""".replace("\n", "|").split("|")
TYPED = [answer.strip() for answer in TYPED if answer.strip()]


def answers() -> tuple[str, ...]:
    """Good answers, each once: typed ones, those of the form's questions, and titles and agencies of the catalogue."""
    found = dict.fromkeys(TYPED)
    for form in load_forms(OFFICE).values():
        for question in form.questions.values():
            for one in (question, *question.columns):
                found |= dict.fromkeys(_good(one))
    for row in csv.DictReader(SAMPLE.read_text(encoding="utf-8").splitlines()):
        found |= dict.fromkeys((row["title"], row["organiser"]))
    return tuple(found)


def _good(question: Question) -> Iterator[str]:
    if question.example:
        yield source_words(question.example)
    if question.kind != "file":
        yield from (typed_text.good(question, n) for n in range(4))
