"""The obligations of an organiser, in the words of the letter of recommendation."""

#: Of the organiser of a feasible activity (PP 51/1999).
OBLIGATIONS = (
    "mencantumkan identitas rekomendasi pada setiap instrumen pengumpulan data, baik kuesioner, lembar "
    "kerja, maupun aplikasi;",
    "menyelenggarakan kegiatan sesuai dengan rancangan yang direkomendasikan dan catatan dalam surat ini, serta "
    "memberitahukan setiap perubahan rancangan sebelum dilaksanakan;",
    "menyerahkan hasil kegiatan beserta metadatanya kepada Badan Pusat Statistik setelah kegiatan selesai, sesuai "
    "dengan Peraturan Pemerintah Nomor 51 Tahun 1999 tentang Penyelenggaraan Statistik.",
)
