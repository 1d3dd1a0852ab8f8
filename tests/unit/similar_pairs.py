"""Pairs of activities that somebody who knows both calls similar, or not. Titles as offices write them."""

from __future__ import annotations

from domain.similarity import StatisticalActivity


def act(title: str, organiser: str = "Dinas Kesehatan Kabupaten Jeneponto", year: int = 2026) -> StatisticalActivity:
    return StatisticalActivity(title, organiser, year)


SOCIAL, FISH = "Dinas Sosial Kabupaten Jeneponto", "Dinas Perikanan Kabupaten Jeneponto"
FARM = "Dinas Pertanian Kabupaten Jeneponto"

#: the same survey of another year, other spelling, other order, other place, more or fewer words around the topic
SIMILAR: tuple[tuple[StatisticalActivity, StatisticalActivity], ...] = (
    (
        act("Survei Kepuasan Pasien Puskesmas Kabupaten Jeneponto"),
        act("Survei Kepuasan Pasien Puskesmas Kabupaten Jeneponto Tahun 2025", year=2025),
    ),
    (
        act("Survey Kepuasan Pasien Puskesmas Jeneponto"),
        act("Survei Kepuasan Pasien Puskesmas Kabupaten Jeneponto"),
    ),
    (
        act("Survei Kepuasaan Pasen Puskesmas Kab. Jeneponto"),
        act("Survei Kepuasan Pasien Puskesmas Kabupaten Jeneponto"),
    ),
    (
        act("Kompilasi Data Stunting di Kabupaten Jeneponto"),
        act("Kompilasi Produk Administrasi Stunting Kabupaten Jeneponto Tahun 2025", year=2025),
    ),
    (
        act("Kompilasi Data Stunting Kabupaten Jeneponto"),
        act(
            "Kompilasi Data Stunting di Kabupaten Kepulauan Selayar Tahun 2026",
            "Dinas Kesehatan Kabupaten Kepulauan Selayar",
        ),
    ),
    (act("Pendataan Produksi Perikanan Tangkap", FISH), act("Pendataan Statistik Perikanan Tangkap Produksi", FISH)),
    (
        act("Kompilasi Data Luas Panen dan Produksi Padi", FARM),
        act("Kompilasi Produksi dan Luas Panen Padi Kabupaten Jeneponto", FARM, 2025),
    ),
    (
        act("Kompilasi Profil Kependudukan Kota Subulussalam", "Disdukcapil Kota Subulussalam", 2024),
        act("Kompilasi Produk Administrasi Profil Kependudukn Kota Subulussalam", "Disdukcapil Kota Subulussalam"),
    ),
    (
        act("Pendataan Penyandang Disabilitas Kabupaten Jeneponto", SOCIAL),
        act("Pengumpulan Data Penyandang Disabilitas Kabupaten Aceh Selatan Tahun 2025", SOCIAL, 2025),
    ),
    (
        act("Survei Harga Bahan Pokok Kabupaten Jeneponto"),
        act("Pengumpulan Data Harga Bahan Pokok Kabupaten Aceh Barat Daya"),
    ),
    (
        act("Survei Indeks Kualitas Lingkungan Hidup"),
        act("Survey Indeks Kualitas Lingkungan Hidup (IKLH)"),
    ),
    (
        act("Survei Kepuasan Masyarakat Dinas Sosial", SOCIAL),
        act("Survei Kepuasan Masyarakat (SKM) Dinas Sosial", SOCIAL),
    ),
    (
        act("Kompilasi Data Peta Ketahanan dan Kerentanan Pangan"),
        act("Kompromin Data Penyusunan Peta Kerentanan dan Ketahanan Pangan (FSVA)"),
    ),
    (act("Survei Nelayan Kecil dan Rumput Laut", FISH), act("Survei Nelayan Keicl dan Rumput Laut", FISH)),
    (
        act("Pendataan Keluarga Miskin Ekstrem Kabupaten Jeneponto", SOCIAL),
        act("Pemutakhiran Data Keluarga Miskin Ekstrim Kabupaten Jeneponto", SOCIAL, 2024),
    ),
)

#: they share the office, the place, the way of collecting, or a word
DIFFERENT: tuple[tuple[StatisticalActivity, StatisticalActivity], ...] = (
    (
        act("Kompilasi Profil Kesehatan Kabupaten Aceh Barat"),
        act("Kompilasi Profil Perkembangan Kependudukan Kabupaten Aceh Barat"),
    ),
    (
        act("Survei Kepuasan Pasien Puskesmas Kabupaten Jeneponto"),
        act("Kompilasi Data Stunting Kabupaten Jeneponto"),
    ),
    (
        act("Pendataan Produksi Perikanan Tangkap Kabupaten Pidie"),
        act("Pendataan Pembangunan Rumah Layak Huni Kabupaten Pidie"),
    ),
    (act("Kompilasi Data Volume Sampah", FARM), act("Kompilasi Data Produksi Padi", FARM)),
    (act("Survei Harga Produsen Padi", FARM), act("Survei Harga Bahan Pokok di Pasar", FARM)),
    (
        act("Kompilasi Data Informasi Kepegawaian Kabupaten Simeulue"),
        act("Kompilasi Data Informasi Pengelolaan Lingkungan Hidup Daerah Kabupaten Simeulue"),
    ),
    (act("Survei Indeks Kesalehan Sosial"), act("Survei Indeks Kualitas Lingkungan Hidup")),
    (act("Survei Kepuasan Pasien Puskesmas"), act("Survei Kepuasan Petani Penerima Pupuk")),
    (act("Pendataan Penduduk Fakir dan Miskin", SOCIAL), act("Pendataan Penyandang Disabilitas", SOCIAL)),
    (act("Kompilasi Data Perhubungan Kabupaten Aceh Jaya"), act("Kompilasi Data Pertanahan Kabupaten Aceh Jaya")),
    (act("Survei Budidaya Rumput Laut", FISH), act("Survei Budidaya Ikan Bandeng", FISH)),
    (act("Kompilasi Data Pertanian Kabupaten Jeneponto"), act("Kompilasi Data Pertanahan Kabupaten Jeneponto")),
    (act("Kompilasi Data Kesehatan Kota Lhokseumawe"), act("Kompilasi Data Kependudukan Kota Lhokseumawe")),
    (act("Pencacahan Lengkap Anak Tidak Sekolah"), act("Pencacahan Lengkap Pedagang Pasar")),
    (act("Survei Pola Konsumsi Rumah Tangga"), act("Survei Rumah Layak Huni")),
)
