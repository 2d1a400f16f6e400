/*
 * fuzz-request SECONDS [SEED]: gives the launcher's parser requests that were made from good ones by mutation. Each that it
 * takes must be what its parts spell out again, with numbers in their bounds. Prints how many there were.
 */
#define main launcher_main
#include "../../../src/launcher/launcher.c"
#undef main

static unsigned long long state;

static unsigned below(unsigned end) {
  state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  return (unsigned)(state >> 33) % end;
}

static const char *const SEEDS[] = {
    "run 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef 1700000000000000000 1000000000 4096\n",
    "run 1 ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff 9223372036854775807 100000000 64\n",
    "run 1 0000000000000000000000000000000000000000000000000000000000000000 1 999999999 4194304\n",
};
static const char *const WORDS[] = {" ", "\n", "0", "9", "9223372036854775808", "100000000", "4194305", "-1", "run 1 ", "0x10", "\t"};

static size_t mutate(char *line) {
  const char *seed = SEEDS[below(3)];
  size_t length = strlen(seed);
  memcpy(line, seed, length);
  for (unsigned change = below(4); change > 0; change--) {
    size_t at = below((unsigned)length + 1);
    const char *word = WORDS[below(sizeof WORDS / sizeof *WORDS)];
    size_t size = strlen(word);
    switch (below(4)) {
      case 0:
        if (at < length) line[at] = (char)below(256);
        break;
      case 1:
        if (at < length) memmove(line + at, line + at + 1, --length - at);
        break;
      case 2:
        length = at;
        break;
      default:
        if (length + size > REQUEST_BYTES) break;
        memmove(line + at + size, line + at, length - at);
        memcpy(line + at, word, size);
        length += size;
    }
  }
  line[length] = 0;
  return length;
}

static bool is_within(const char *text, long long least, long long most) {
  long long value = atoll(text);
  return value >= least && value <= most;
}

int main(int argc, char **argv) {
  long long until = now_ms() + 1000 * (argc > 1 ? atoll(argv[1]) : 1);
  state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
  unsigned long long tried = 0, taken = 0;
  while ((++tried & 1023) != 0 || now_ms() < until) {
    char line[REQUEST_BYTES + 1], again[REQUEST_BYTES + 1];
    struct request request = {{0}, {0}, {0}, {0}};
    size_t length = mutate(line);
    if (!parse_request(line, length, &request)) continue;
    taken++;
    int size = snprintf(again, sizeof again, "run 1 %s %s %s %s\n", request.hash, request.offset,
                        request.period, request.keys);
    if ((size_t)size != length || memcmp(line, again, length) != 0 ||
        !is_within(request.offset, 1, LLONG_MAX) || !is_within(request.period, 100000000, 1000000000) ||
        !is_within(request.keys, 64, 4194304)) {
      printf("wrongly taken: %s", line);
      return 1;
    }
  }
  printf("%llu tried, %llu taken\n", tried, taken);
  return 0;
}
