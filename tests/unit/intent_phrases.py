"""Questions as people type them, each with the frequent question that it means; and words that mean none."""

from __future__ import annotations

INDONESIAN = """
apa sih rekomendasi itu | apa_itu
maksudnya rekomendasi statistik apa ya min | apa_itu
rekomendasi kegiatan statistik itu apaan | apa_itu
gimana cara ngajuin rekomendasinya | cara_mengajukan
mau urus surat rekomendasi survei caranya gmn | cara_mengajukan
bagaimna cara mngajukan permohonan | cara_mengajukan
alurnya bagaimana ya | cara_mengajukan
siapa aja yg wajib lapor ke bps | siapa_wajib
kami dinas pakai dana apbd, wajib lapor kah? | siapa_wajib
instansi mana saja yang harus memberitahukan | siapa_wajib
kami opd provinsi, ke bps mana ngajuinnya | tingkat_instansi
saya dari kementerian ajukan ke kantor mana | tingkat_instansi
surveinya dikerjakan konsultan, yg ngajuin siapa | konsultan
kami pake pihak ketiga, pemohonnya siapa ya | konsultan
ini wajib gak sih | wajibkah
ada sanksinya ga kalo tidak lapor | wajibkah
dasar hukumnya apa | wajibkah
sy mahasiswa mau skripsi perlu rekomendasi ga | mahasiswa_swasta
saya mau penelitian tesis di jeneponto, harus izin bps? | mahasiswa_swasta
kami perusahaan swasta mau survei pasar | mahasiswa_swasta
cuma rekap data kantor apakah perlu rekomendasi juga | kompilasi_perlu
kompilasi produk administrasi perlu diajukan? | kompilasi_perlu
kenapa harus pake rekomendasi segala, manfaatnya apa | manfaat
permohonan saya sudah sampai mana ya | status
statusnya gimana pak | status
cek progres permohonan dong | status
brp lama prosesnya pak | lama_proses
berapa hari jadinya surat rekomendasi | lama_proses
30 hari itu dihitung dari kapan | mulai_hitung
hari kerjanya mulai dihitung sejak kapan | mulai_hitung
butuh suratnya besok bisa gak | surat_mendesak
tolong dipercepat, mendesak sekali | surat_mendesak
suratnya bisa jadi hari ini ga bu | surat_mendesak
bayar berapa ya | biaya
apakah ada biayanya | biaya
gratis gak min | biaya
surat pengantarnya ditujukan ke siapa | tujuan_surat
ada contoh surat pengantar? | tujuan_surat
boleh datang langsung ke kantor aja ga | datang_langsung
saya gak punya hp bagus, bisa pakai formulir kertas | datang_langsung
syaratnya apa saja | yang_dibawa
kalau ke kantor bawa apa saja | yang_dibawa
persyratan apa aja yg harus disiapkan | yang_dibawa
kalau catatannya tidak saya jawab gimana | catatan_tidak_dijawab
permohonan saya hangus gak kalau lama tidak dibalas | catatan_tidak_dijawab
kenapa permohonan saya dikembalikan | dikembalikan
kalau ditolak gimana | ditolak
artinya tidak layak apa ya | ditolak
nulis judul yang bener gimana | judul
contoh judul kegiatan dong | judul
tahun perlu ditulis di judul tidak | tahun_judul
tanggal pengumpulan data untuk kompilasi diisi apa | jadwal_kompilasi
jadwal kompilasi isinya tanggal berapa | jadwal_kompilasi
waktu menunggu rekomendasi masuk jadwal gak | waktu_tunggu
jadwal tahapannya boleh tumpang tindih? | tahap_tumpang_tindih
boleh gak tahapnya bersamaan | tahap_tumpang_tindih
cara nulis definisi variabel | definisi
definisinya ditulis gimana | definisi
kompilasi pilih sarana apa, papi atau capi | sarana_kompilasi
lampirannya apa saja | lampiran
kuesioner harus diupload ya | lampiran
berkas apa yg mesti dilampirkn | lampiran
tujuan kegiatan isinya apa | tujuan_kegiatan
sampel purposive boleh inferensia? | nonprobabilitas
sampling error berapa persen yg bagus | sampling_error
nomor rekomendasi dicantumkan dimana | cetak_identitas
nomornya ditulis di kuesioner bagian mana | cetak_identitas
survei kami tiap tahun, ajukan lagi kah | berulang
kegiatan berulang setiap tahun harus mengajukan ulang? | berulang
masa berlaku rekomendasinya berapa lama | berulang
mau lihat kegiatan yang sudah dapat rekomendasi | cari_kegiatan
ada daftar kegiatan lain buat referensi? | cari_kegiatan
mau minta data jumlah penduduk | data_bps
cara beli data bps | data_bps
download publikasi dimana | data_bps
mau komplain pelayanannya | pengaduan
saya tidak puas, lapor kemana | pengaduan
alamat kantornya dimana | jam_alamat
buka jam brp | jam_alamat
hari sabtu buka tidak | jam_alamat
lokasi kantor bps jeneponto | jam_alamat
mau ngomong sama petugas | bicara_petugas
nomor telepon petugas yg bisa dihubungi | bicara_petugas
bisa bicara dengan orang? | bicara_petugas
hp saya hilang, isiannya gimana | draf_hilang
saya ganti hp, isian formulir saya kok hilang | draf_hilang
saya sudah pernah mendaftar | draf_hilang
sudah pernah daftar di perangkat lain | draf_hilang
surat ini asli atau palsu | keaslian
cara cek keaslian surat rekomendasi | keaslian
tolong hapus data saya | hapus_data
data pribadi saya aman? bisa dihapus | hapus_data
yang tanda tangan surat siapa | penandatangan
ttd nya direktur di jakarta atau kepala bps | penandatangan
setelah dapat rekomendasi kami harus ngapain | setelah_kegiatan
hasilnya diserahkan ke bps juga? kewajiban setelah rekomendasi | setelah_kegiatan
biaya | biaya
alamat | jam_alamat
syarat | yang_dibawa
status | status
konsultan | konsultan
jelasin dong rekomendasi statistik itu | apa_itu
bappeda provinsi sulsel ngajuin kemana | tingkat_instansi
kegiatan kami dikerjakan oleh konsultan dari makassar | konsultan
aturan yang mewajibkan apa | wajibkah
untuk skripsi perlu surat juga nggak | mahasiswa_swasta
manfaat buat instansi | manfaat
pengajuan saya minggu lalu gimana perkembangannya | status
permohonan kami sudah diproses belum | status
berapa lama nunggu surat keluar | lama_proses
mulai dihitungnya dari tanggal berapa | mulai_hitung
kami butuh cepat nih, bisa lebih cepat? | surat_mendesak
urgent bu besok harus ada suratnya | surat_mendesak
ada pungutan tidak | biaya
tarifnya berapa | biaya
harus bayar ya | biaya
surat permohonan ditujukan kepada kepala bps atau siapa | tujuan_surat
minta format surat pengantarnya | tujuan_surat
bisa ke kantor langsung tidak | datang_langsung
formulirnya boleh dicetak dan diisi tangan? | datang_langsung
ada softcopy formulirnya? mau saya isi di excel | formulir_berkas
bisa minta formulir pdf untuk diisi di laptop | formulir_berkas
dokumen apa saja yang perlu disiapkan | yang_dibawa
harus bawa ktp? | yang_dibawa
kalau saya lupa memperbaiki catatan bagaimana | catatan_tidak_dijawab
batas waktu perbaikan sampai kapan | catatan_tidak_dijawab
mengapa formulir kami dikembalikan petugas | dikembalikan
kegiatan kami gagal / ditolak, lalu? | ditolak
judulnya sebaiknya bagaimana | judul
apa perlu cantumkan tahun pada judul | tahun_judul
kompilasi data isian tanggalnya gimana | jadwal_kompilasi
masa tunggu rekomendasi dihitung di jadwal? | waktu_tunggu
konsep dan definisi diisi apa | definisi
alat pengumpulan datanya excel pilih yang mana | sarana_kompilasi
harus upload apa saja | lampiran
isi tujuan gimana contohnya | tujuan_kegiatan
sampel acak dan nonprobability bedanya, boleh inferensi? | nonprobabilitas
margin of error yang diterima berapa | sampling_error
identitas rekomendasi ditaruh dimana | cetak_identitas
tahun depan survei yang sama perlu ajukan lagi | berulang
berlaku berapa lama suratnya | berulang
contoh kegiatan yg pernah direkomendasi | cari_kegiatan
mau cari data kemiskinan jeneponto | data_bps
mau beli mikrodata | data_bps
saya mau mengadu soal petugas yang tidak ramah | pengaduan
keluhan pelayanan kirim kemana | pengaduan
jam pelayanan | jam_alamat
admin tolong dibalas, mau bicara dulu | bicara_petugas
mau konsultasi soal sampel, bisa? | konsultasi
ganti nomor wa, draftnya gimana | draf_hilang
cara verifikasi surat lewat qr | keaslian
bagaimana menghapus akun | hapus_data
yg tandatangan pak kepala ya | penandatangan
metadata diserahkan kapan setelah kegiatan selesai | setelah_kegiatan
brp hr kerja | lama_proses
kpn selesainya | lama_proses
sanksi | wajibkah
tdk punya email pak gimana | tanpa_email
email saya ndak ada, bisa daftar kah | tanpa_email
ada salah ketik di surat rekomendasinya | surat_keliru
nama kepala dinas di surat keliru, mohon diralat | surat_keliru
ini betulan dari bps atau penipu | layanan_resmi
jangan2 ini penipuan ya | layanan_resmi
"""

ENGLISH = """
what is this recommendation thing | apa_itu
how do i apply for it | cara_mengajukan
who has to notify bps | siapa_wajib
which office handles a provincial agency | tingkat_instansi
we use a consultant, who should apply | konsultan
is this mandatory | wajibkah
im a student writing a thesis, do i need this | mahasiswa_swasta
private company survey, do we need a recomendation | mahasiswa_swasta
we just compile office records, is it needed | kompilasi_perlu
why should our agency do this, any benefit? | manfaat
whats the status of my aplication | status
how long does it usually take | lama_proses
how many working days does it take | lama_proses
when does the 30 days start counting | mulai_hitung
i need it tomorrow, its urgent | surat_mendesak
how much does it cost | biaya
is it free | biaya
who do i address the cover letter to | tujuan_surat
can i just come in person | datang_langsung
do you have a paper form | datang_langsung
what should i bring with me | yang_dibawa
what happens if i dont answer the remarks | catatan_tidak_dijawab
why did my application get returned | dikembalikan
my activity was rejected, what now | ditolak
how do i write a good title | judul
should i put the year in the title | tahun_judul
which dates for compilation | jadwal_kompilasi
can stages overlap in the schedule | tahap_tumpang_tindih
how to write variable definitions | definisi
what files do i attach | lampiran
what sampling eror is ok | sampling_error
where do i print the recommendation number | cetak_identitas
we do it every year, must we apply again | berulang
where can i find earlier activities | cari_kegiatan
how can i download bps data | data_bps
i want to complain | pengaduan
what are your opening hours | jam_alamat
can i talk to a human please | bicara_petugas
i lost my draft after getting a new phone | draf_hilang
is this letter genuine or fake | keaslian
please delete my personal data | hapus_data
who signs the letter | penandatangan
what do we have to do after the survey | setelah_kegiatan
can a consultant submit it | konsultan
is it obligatory for my agency | wajibkah
researcher from a university here, do i need to apply | mahasiswa_swasta
where is your office located | jam_alamat
when are you open | jam_alamat
check my application status | status
what documents are required | yang_dibawa
i would like to file a complaint | pengaduan
what does rejected mean | ditolak
i changed my phone number, is my draft gone | draf_hilang
can you check whether a letter is authentic | keaslian
erase my account and privacy | hapus_data
what to write for objectives | tujuan_kegiatan
non probability sample with inference allowed? | nonprobabilitas
can i get it faster | surat_mendesak
who is it addressed to, the cover letter | tujuan_surat
is a renewal needed every year | berulang
do waiting times count in the schedule | waktu_tunggu
where can i get population data | data_bps
"""

#: greetings, names, small talk, questions about other things
UNRELATED = """
halo
hai
assalamualaikum
selamat pagi pak
selamat siang, permisi
min
p
tes
ok
oke siap
ya
tidak
terima kasih banyak
makasih kak
thank you so much
good morning
hello there
Andi Baso Karaeng
Siti Nurhaliza
Muhammad Ridwan
John Smith
Dinas Kesehatan
Dinas Pertanian dan Ketahanan Pangan
Jl. Lanto Dg. Pasewang No. 12
andi.baso@example.go.id
08123456789
197805122005011003
31/12/2026
cuaca hari ini bagaimana
siapa presiden indonesia
skor bola semalam berapa
resep coto makassar
cara membuat kue
tiket pesawat ke makassar
pinjaman online cepat cair
what is the weather like
who won the match last night
tell me a joke
best restaurant in town
wkwkwk
hmm
asdfghjkl
🙏🙏
lagi apa kamu
aku cinta kamu
lowongan kerja ada?
sedang rapat nanti saya lanjut
baik pak nanti saya kabari
gambar terlampir
vaksin covid
bantuan sosial pkh cair kapan
ktp elektronik rusak
selamat sore
waalaikumsalam
hi
pagi min
nama saya Nurul Hidayah
H. Syamsuddin, S.Sos., M.Si.
Bappeda
Kecamatan Binamu
Survei Kepuasan Masyarakat 2027
kapan gajian
dimana beli pulsa murah
bagaimana cara diet sehat
film apa yang bagus
kamu robot ya
apa kabar
lagi dimana
sudah makan belum
iya betul
mantap
siap pak, laksanakan
oh begitu
baik terima kasih atas informasinya
insya allah
see you later
yes please
no thanks
what time is it in london
how to cook rice
play some music
i love you
qwerty 12345
https://example.com/abc
???
jadwal kapal pelni
daftar nikah kua
nomor antrian rumah sakit
"""
