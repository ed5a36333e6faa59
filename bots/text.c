/* Words are drawn from one list, the first ones far more often, as in a language. */
#include "bots/text.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/uuid.h"

static const char *const words[256] = {
	"the", "to", "I", "a", "it", "you", "is", "and", "that", "of", "in", "we", "for", "on", "this", "not",
	"have", "be", "but", "with", "so", "just", "can", "if", "at", "do", "what", "was", "or", "like", "are", "my",
	"there", "no", "yes", "one", "now", "think", "get", "from", "all", "me", "will", "out", "about", "up", "how", "know",
	"time", "your", "then", "they", "when", "good", "work", "would", "need", "see", "some", "as", "an", "here", "more", "too",
	"really", "has", "who", "make", "also", "ok", "right", "well", "still", "want", "go", "thanks", "back", "today", "new", "only",
	"try", "why", "could", "sure", "by", "did", "should", "say", "people", "them", "first", "maybe", "something", "than", "because", "much",
	"any", "been", "fine", "again", "other", "let", "use", "way", "over", "going", "test", "had", "day", "after", "before", "looks",
	"anyone", "off", "never", "where", "next", "tomorrow", "morning", "lunch", "coffee", "please", "room", "done", "last", "thing", "better", "down",
	"always", "server", "build", "meeting", "later", "hello", "hey", "week", "take", "come", "into", "our", "their", "two", "look", "most",
	"idea", "read", "wrong", "check", "found", "broken", "works", "fixed", "slow", "fast", "page", "link", "code", "line", "file", "name",
	"list", "start", "stop", "wait", "minute", "hour", "keep", "home", "train", "rain", "weather", "cold", "nice", "great", "bad", "odd",
	"question", "answer", "problem", "reason", "version", "release", "patch", "branch", "review", "merge", "update", "install", "old", "same", "different", "between",
	"already", "almost", "another", "around", "enough", "every", "everyone", "nobody", "nothing", "often", "once", "quite", "rather", "soon", "until", "while",
	"ask", "believe", "call", "change", "feel", "find", "give", "guess", "happen", "hear", "help", "hope", "mean", "move", "open", "remember",
	"seem", "send", "show", "sound", "speak", "tell", "turn", "understand", "watch", "wonder", "write", "book", "door", "garden", "kitchen", "music",
	"number", "phone", "picture", "river", "road", "screen", "song", "story", "street", "table", "ticket", "water", "window", "winter", "summer", "world",
};

void text_make_run(char run[TEXT_RUN + 1]) {
	static const char letters[32] = "abcdefghjkmnpqrstuvwxyz23456789a"; /* none of i, l, o, 0, 1 */
	uint8_t random[TEXT_RUN];
	random_bytes(random, sizeof random);
	for (int i = 0; i < TEXT_RUN; i++)
		run[i] = letters[random[i] % 32];
	run[TEXT_RUN] = 0;
}

static uint64_t seed(size_t size, const char *run, uint32_t number, uint32_t author) {
	uint64_t h = 14695981039346656037ull;
	for (int i = 0; i < TEXT_RUN; i++)
		h = (h ^ (uint8_t)run[i]) * 1099511628211ull;
	h ^= (uint64_t)number << 32 | author;
	return (h ^ size) * 0x9e3779b97f4a7c15ull;
}

/* A number below 65536, and the next state (splitmix64's steps). */
static uint32_t draw(uint64_t *state) {
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	return (uint32_t)((z ^ z >> 27) >> 40 & 0xffff);
}

/* Half of all words are among the first thirty. */
static const char *draw_word(uint64_t *state) {
	uint64_t x = draw(state);
	return words[x * x * x >> 40];
}

void text_make(char *out, size_t size, const char *run, uint32_t number, uint32_t author) {
	static const char ends[] = "...!?";
	uint64_t state = seed(size, run, number, author);
	size_t at = 0, last = size - 1;
	while (at < last) {
		const char *word = draw_word(&state);
		size_t len = strlen(word), room = last - at;
		if (at) {
			out[at++] = ' ';
			room--;
		}
		if (len > room)
			len = room;
		memcpy(out + at, word, len);
		at += len;
	}
	if (last > 1 && out[last - 1] == ' ')
		out[last - 1] = 's';
	out[0] = (char)(out[0] >= 'a' && out[0] <= 'z' && draw(&state) % 2 ? out[0] - 'a' + 'A' : out[0]);
	out[last] = ends[draw(&state) % (sizeof ends - 1)];
}

bool text_is(const char *text, size_t size, const char *run, uint32_t number, uint32_t author) {
	char small[256], *made = size <= sizeof small ? small : xmalloc(size);
	bool same = size >= TEXT_MIN;
	if (same) {
		text_make(made, size, run, number, author);
		same = !memcmp(made, text, size);
	}
	if (made != small)
		free(made);
	return same;
}
