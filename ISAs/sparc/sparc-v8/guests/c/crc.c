/* CRC-32 (that of ISO-HDLC) and CRC-16 (that of XMODEM), bit by bit and by a table. */
#include "guest.h"

static u32 table[256];

static u32 by_table(u32 crc, const u8 *data, int count) {
  crc = ~crc;
  for (int i = 0; i < count; i++) crc = table[(crc ^ data[i]) & 255] ^ crc >> 8;
  return ~crc;
}

static u32 by_bit(u32 crc, const u8 *data, int count) {
  crc = ~crc;
  for (int i = 0; i < count; i++) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  return ~crc;
}

static unsigned short xmodem(const u8 *data, int count) {
  unsigned short crc = 0;
  for (int i = 0; i < count; i++) {
    crc ^= (unsigned short)(data[i] << 8);
    for (int bit = 0; bit < 8; bit++)
      crc = (unsigned short)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
  }
  return crc;
}

static u8 block[4096];

int main(void) {
  for (u32 i = 0; i < 256; i++) {
    u32 crc = i;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0);
    table[i] = crc;
  }
  const u8 *check = (const u8 *)"123456789";
  put_text("check ");
  put_hexadecimal(by_table(0, check, 9));
  put_character(' ');
  put_hexadecimal(by_bit(0, check, 9));
  put_character(' ');
  put_hexadecimal(xmodem(check, 9));
  put_character('\n');
  u32 seed = 360;
  for (int i = 0; i < 4096; i++) block[i] = (u8)next_random(&seed);
  put_text("block ");
  put_hexadecimal(by_table(0, block, 4096));
  put_character(' ');
  put_hexadecimal(by_bit(by_table(0, block, 1000), block + 1000, 3096));
  put_character('\n');
  return 0;
}
