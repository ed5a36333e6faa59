/* One thread: a flood of sign-ins then takes at most one core from the chat. */
#include "server/room/hasher.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"

/* RFC 9106 and OWASP's second choice: 19 MiB, two passes; 11 ms here. */
#define OPS 2
#define MEMORY (19 * 1024 * 1024)

struct queue {
	struct hash_job *first, *last;
	size_t count;
};

struct hasher {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake_thread;
	bool ending;
	struct queue todo, done;
	void (*wake)(void *);
	void *wake_arg;
};

static void push(struct queue *q, struct hash_job *job) {
	job->next = NULL;
	if (q->last)
		q->last->next = job;
	else
		q->first = job;
	q->last = job;
	q->count++;
}

static struct hash_job *pop(struct queue *q) {
	struct hash_job *job = q->first;
	if (!job)
		return NULL;
	q->first = job->next;
	if (!q->first)
		q->last = NULL;
	q->count--;
	return job;
}

static void work(struct hash_job *job) {
	size_t len = strlen(job->password);
	if (job->hash[0])
		job->ok = !crypto_pwhash_str_verify(job->hash, job->password, len);
	else
		job->ok = !crypto_pwhash_str_alg(job->hash, job->password, len, OPS, MEMORY, crypto_pwhash_ALG_ARGON2ID13);
	sodium_memzero(job->password, sizeof job->password);
}

static void *run(void *arg) {
	struct hasher *h = arg;
	pthread_mutex_lock(&h->lock);
	while (!h->ending) {
		struct hash_job *job = pop(&h->todo);
		if (!job) {
			pthread_cond_wait(&h->wake_thread, &h->lock);
			continue;
		}
		pthread_mutex_unlock(&h->lock);
		work(job);
		pthread_mutex_lock(&h->lock);
		push(&h->done, job);
		if (h->wake)
			h->wake(h->wake_arg);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

struct hasher *hasher_new(void (*wake)(void *), void *arg) {
	struct hasher *h = xcalloc(1, sizeof *h);
	if (sodium_init() < 0)
		abort();
	h->wake = wake;
	h->wake_arg = arg;
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->wake_thread, NULL);
	if (pthread_create(&h->thread, NULL, run, h))
		abort();
	return h;
}

bool hasher_submit(struct hasher *h, struct hash_job *job) {
	pthread_mutex_lock(&h->lock);
	bool room = h->todo.count < HASHER_QUEUE_MAX;
	if (room) {
		push(&h->todo, job);
		pthread_cond_signal(&h->wake_thread);
	}
	pthread_mutex_unlock(&h->lock);
	return room;
}

size_t hasher_drain(struct hasher *h) {
	pthread_mutex_lock(&h->lock);
	struct queue done = h->done;
	h->done = (struct queue){0};
	pthread_mutex_unlock(&h->lock);
	size_t count = 0;
	for (struct hash_job *job; (job = pop(&done)); count++)
		job->done(job);
	return count;
}

void hasher_free(struct hasher *h) {
	if (!h)
		return;
	pthread_mutex_lock(&h->lock);
	h->ending = true;
	pthread_cond_signal(&h->wake_thread);
	pthread_mutex_unlock(&h->lock);
	pthread_join(h->thread, NULL);
	hasher_drain(h);
	for (struct hash_job *job; (job = pop(&h->todo));) {
		sodium_memzero(job->password, sizeof job->password);
		job->ok = false;
		job->done(job);
	}
	pthread_mutex_destroy(&h->lock);
	pthread_cond_destroy(&h->wake_thread);
	free(h);
}
