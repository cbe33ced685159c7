// The words of the phone page in Indonesian and English, and which of them is chosen.

import { recall } from "./memory.js";

const INDONESIAN = {
  title: "Bekal di ponsel", people: "Orang", add_person: "Tambah orang", settings: "Pengaturan", name: "Nama", language: "Bahasa",
  add: "Tambah", cancel: "Batal", ok: "Oke", close: "Tutup", send: "Kirim", message: "Pesan", start: "Mulai", bot: "bot",
  typing: "sedang mengetik…", connecting: "Menghubungkan…", conversation: "Percakapan {name} dengan {bot}", phone_of: "Ponsel {name}",
  menu: "Menu", commands: "Perintah", attach: "Lampirkan", keyboard: "Papan tombol", photo: "Foto",
  document: "Berkas", voice: "Pesan suara", sticker: "Stiker", my_contact: "Kontak saya", location: "Lokasi", video: "Video",
  edit: "Ubah", remove: "Hapus", copy: "Salin", reply: "Balas", message_menu: "Menu pesan", copied: "Disalin", edited: "diedit",
  block: "Blokir bot", unblock: "Buka blokir", change_language: "Bahasa {name}: {language}", caption: "Keterangan (boleh kosong)",
  ask_contact: "Kirim nomor telepon Anda ke bot ini?", ask_location: "Kirim lokasi Anda ke bot ini? Pilih tempatnya.",
  choose_sticker: "Pilih stiker", from_file: "Dari berkas…", ask_remove: "Hapus pesan ini?",
  no_commands: "Bot ini belum punya perintah.", empty: "Belum ada pesan. Tekan Mulai untuk menyapa bot.", nobody: "Belum ada orang. Tambahkan satu.",
  down: "Ke pesan terbaru", new_messages: "{count} pesan baru", today: "Hari ini", yesterday: "Kemarin", look: "Tampilan",
  system: "Ikuti sistem", light: "Terang", dark: "Gelap", words: "Bahasa halaman ini", failed: "Tidak terkirim: {why}", offline: "tidak tersambung",
  not_here: "Tombol ini tidak bekerja di simulator.", editing: "Mengubah pesan", replying: "Membalas", gone: "Ponsel ini tidak ada lagi.",
  open_photo: "Buka foto", play: "Putar", pause: "Jeda", contact: "Kontak", show_spoiler: "Tampilkan teks tersembunyi",
  bot_name: "Bekal", chats: "Percakapan", group: "grup", person: "orang", place: "Tempat", open_sea: "Laut lepas",
  forward: "Teruskan", forward_to: "Teruskan ke", forwarded: "Diteruskan ke {name}", forwarded_from: "Diteruskan dari {name}", nobody_else: "Belum ada orang lain di sini.",
  clear: "Hapus percakapan", ask_clear: "Hapus semua pesan di ponsel ini? Pihak lain tetap melihatnya.", new_group: "Grup baru",
  about_group: "Semua orang di sini dan bot akan masuk.", add_bot: "Masukkan bot", remove_bot: "Keluarkan bot",
  added: "{name} memasukkan {member}", removed: "{name} mengeluarkan {member}",
  unknown: "Pesan ini tidak bisa ditampilkan di sini", busy: "Menunggu jawaban", no_sound: "Tidak bisa diputar", picture: "Foto",
};
const ENGLISH = {
  title: "Bekal on a phone", people: "People", add_person: "Add a person", settings: "Settings", name: "Name", language: "Language",
  add: "Add", cancel: "Cancel", ok: "OK", close: "Close", send: "Send", message: "Message", start: "Start", bot: "bot",
  typing: "typing…", connecting: "Connecting…", conversation: "Conversation of {name} with {bot}", phone_of: "Phone of {name}",
  menu: "Menu", commands: "Commands", attach: "Attach", keyboard: "Buttons", photo: "Photo",
  document: "File", voice: "Voice message", sticker: "Sticker", my_contact: "My contact", location: "Location", video: "Video",
  edit: "Edit", remove: "Delete", copy: "Copy", reply: "Reply", message_menu: "Message menu", copied: "Copied", edited: "edited",
  block: "Block the bot", unblock: "Unblock", change_language: "{name}’s language: {language}", caption: "Caption (may be empty)",
  ask_contact: "Send your phone number to this bot?", ask_location: "Send your location to this bot? Choose the place.",
  choose_sticker: "Choose a sticker", from_file: "From a file…", ask_remove: "Delete this message?",
  no_commands: "This bot has no commands yet.", empty: "No messages yet. Press Start to greet the bot.", nobody: "Nobody is here yet. Add a person.",
  down: "To the newest message", new_messages: "{count} new messages", today: "Today", yesterday: "Yesterday", look: "Look",
  system: "As the system", light: "Light", dark: "Dark", words: "Language of this page", failed: "Not sent: {why}", offline: "no connection",
  not_here: "This button does not work in the simulator.", editing: "Editing", replying: "Reply", gone: "This phone is no longer there.",
  open_photo: "Open the picture", play: "Play", pause: "Pause", contact: "Contact", show_spoiler: "Show hidden text",
  bot_name: "Bekal", chats: "Chats", group: "group", person: "person", place: "Place", open_sea: "Open sea",
  forward: "Forward", forward_to: "Forward to", forwarded: "Forwarded to {name}", forwarded_from: "Forwarded from {name}", nobody_else: "Nobody else is here yet.",
  clear: "Delete chat", ask_clear: "Delete all messages on this phone? The other side still sees them.", new_group: "New group",
  about_group: "Everybody here and the bot will be in it.", add_bot: "Add the bot", remove_bot: "Remove the bot",
  added: "{name} added {member}", removed: "{name} removed {member}",
  unknown: "This message cannot be shown here", busy: "Waiting for an answer", no_sound: "Cannot be played", picture: "Picture",
};
const ALL = { id: INDONESIAN, en: ENGLISH };

export const PAGE_LANGUAGES = [["id", "Bahasa Indonesia"], ["en", "English"]];
export const LANGUAGES = [["id", "Indonesia"], ["en", "English"], ["jv", "Jawa"], ["su", "Sunda"], ["zh-hans", "简体中文"], ["ms", "Melayu"]];

const asked = new URLSearchParams(location.search);
const wanted = asked.get("words") ?? recall("words", navigator.language.startsWith("en") ? "en" : "id");

/** The language chosen for this page. */
export const chosen = wanted in ALL ? wanted : "id";
export const words = ALL[chosen];

/** Fill the {places} of one of the words. */
export function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function languageName(code) {
  return LANGUAGES.find(([known]) => known === code)?.[1] ?? code ?? "–";
}
