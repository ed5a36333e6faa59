/* The line being typed: a prompt, the text wrapped by clusters, the cursor. */
#include <stdlib.h>
#include <string.h>

#include "tui/ui.h"

struct typed {
	char *text;
	size_t len, cursor;
	int columns, margin;       /* margin: the prompt's width, on every row */
	bool secret;
};

static const char *prompt_of(struct ui *ui) {
	switch (input_mode(ui->input)) {
	case INPUT_NAME: return ui->layout.columns < 24 ? "Name: " : "Your name: ";
	case INPUT_SECRET: return ui->secret ? ui->secret_prompt : "Signing in: ";
	default: return "› ";
	}
}

static struct typed typed_now(struct ui *ui, int columns) {
	struct typed t = { .columns = columns };
	const char *prompt = prompt_of(ui);
	t.text = input_text(ui->input, &t.cursor);
	t.len = strlen(t.text);
	t.secret = input_mode(ui->input) == INPUT_SECRET;
	t.margin = width_text(screen_rules(ui->screen), prompt, strlen(prompt));
	if (t.margin > columns - 4)
		t.margin = 0;
	return t;
}

struct spot {
	int row, column;
};

/* Walks over the text as it lies on rows below `top`, the first `shift` of them
 * out of sight; draws it unless shift is -1. Returns where it ends. */
static struct spot walk(struct ui *ui, const struct typed *t, int top, int shift, struct spot *cursor) {
	struct spot at = { 0, t->margin };
	for (size_t i = 0; i <= t->len;) {
		int wide = 1;
		size_t n = 1;
		if (i < t->len && t->text[i] != '\n')
			n = width_cluster(screen_rules(ui->screen), t->text + i, t->len - i, &wide);
		if (t->secret)
			wide = 1;
		if (at.column + wide > t->columns && at.column > t->margin)
			at = (struct spot){ at.row + 1, t->margin };
		if (t->cursor >= i && t->cursor < i + n)
			*cursor = at;
		if (i == t->len)
			break;
		int row = top + at.row - shift;
		if (t->text[i] == '\n')
			at = (struct spot){ at.row + 1, t->margin };
		else if (shift >= 0 && row >= top)
			screen_put(ui->screen, row, at.column, t->columns, STYLE_TEXT, t->secret ? "•" : t->text + i, t->secret ? strlen("•") : n);
		if (t->text[i] != '\n')
			at.column += wide;
		i += n;
	}
	return at;
}

int view_input_rows(struct ui *ui) {
	struct spot cursor = { 0, 0 };
	struct typed t = typed_now(ui, screen_columns(ui->screen));
	struct spot end = walk(ui, &t, 0, -1, &cursor);
	free(t.text);
	return end.row + 1;
}

void view_input(struct ui *ui) {
	struct spot cursor = { 0, 0 };
	int top = ui->layout.input_top, rows = ui->layout.rows - top;
	struct typed t = typed_now(ui, ui->layout.columns);
	walk(ui, &t, top, -1, &cursor);
	int shift = cursor.row >= rows ? cursor.row - rows + 1 : 0;
	if (t.margin && !shift)
		screen_puts(ui->screen, top, 0, t.margin, input_mode(ui->input) == INPUT_LINE ? STYLE_DIM : STYLE_BOLD, prompt_of(ui));
	struct spot same;
	walk(ui, &t, top, shift, &same);
	screen_cursor(ui->screen, top + cursor.row - shift, cursor.column);
	free(t.text);
}
