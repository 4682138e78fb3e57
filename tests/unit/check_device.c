/*
 * Devices that reach memory by themselves: when a transfer happens, what it moves, what an address
 * line too few does, and the interrupt that ends it.
 */
#include "machine_fixture.h"

#define VECTOR 0x39
#define FRAME_A 0x300000ull
#define FRAME_B 0x301000ull
#define ISA 0xffffffull

static uint64_t duration(unsigned frames)
{
	return test_costs()->cycles[COST_DEVICE] + frames * test_costs()->cycles[COST_DMA_PAGE];
}

/* A machine with interrupts on and device 0, whose interrupt goes to the last CPU. */
static void start(struct fixture *f, unsigned cpus, uint64_t mask)
{
	fixture_init(f, &tiny_model, cpus);
	for (unsigned i = 0; i < cpus; i++)
		f->m.cpu[i].eflags_if = true;
	ck_assert_int_eq(machine_device_add(&f->m, "disk", mask, cpus - 1, VECTOR), 0);
}

static void poke(struct machine *m, uint64_t pa, const char *text)
{
	phys_write(&m->phys, pa, text, strlen(text) + 1);
}

static const char *peek(const struct machine *m, uint64_t pa)
{
	static char text[16];

	phys_read(&m->phys, pa, text, sizeof(text));
	return text;
}

static const char *stored(const struct machine *m, uint64_t at)
{
	static char text[16];

	device_medium_read(&m->device[0], at, text, sizeof(text));
	return text;
}

static void give(struct machine *m, bool to_memory, uint64_t block, uint64_t a, uint64_t b)
{
	machine_device_frame(m, 0, 0, a);
	machine_device_frame(m, 0, 1, b);
	machine_device_start(m, 0, 0, to_memory, block, 2);
}

START_TEST(nothing_moves_before_its_time)
{
	struct fixture f;

	start(&f, 1, UINT64_MAX);
	poke(&f.m, FRAME_A, "first");
	poke(&f.m, FRAME_B + 4090, "last");
	machine_wait(&f.m, 0, 1000);
	give(&f.m, false, 5, FRAME_A, FRAME_B);
	ck_assert_uint_eq(f.m.cpu[0].cycle, 1000); /* it costs the CPU nothing */
	ck_assert_uint_eq(machine_next_irq(&f.m, 0), 1000 + duration(2));
	ck_assert_uint_eq(machine_devices_run(&f.m, 999 + duration(2)), 0);
	ck_assert_str_eq(stored(&f.m, 5 * PAGE_SIZE), "");
	ck_assert_uint_eq(machine_devices_run(&f.m, 1000 + duration(2)), 1);
	ck_assert_str_eq(stored(&f.m, 5 * PAGE_SIZE), "first");
	ck_assert_str_eq(stored(&f.m, 6 * PAGE_SIZE + 4090), "last");
	ck_assert(!f.m.device[0].busy);
	machine_release(&f.m);
}
END_TEST

/* What a CPU writes after the start, the device sees: it moves what is there at the end. */
START_TEST(it_moves_what_is_there_at_the_end)
{
	struct fixture f;

	start(&f, 1, UINT64_MAX);
	poke(&f.m, FRAME_A, "before");
	give(&f.m, false, 0, FRAME_A, FRAME_B);
	poke(&f.m, FRAME_A, "after");
	machine_devices_run(&f.m, UINT64_MAX);
	ck_assert_str_eq(stored(&f.m, 0), "after");
	machine_release(&f.m);
}
END_TEST

START_TEST(what_was_written_comes_back_elsewhere)
{
	struct fixture f;

	start(&f, 1, UINT64_MAX);
	poke(&f.m, FRAME_A, "one");
	poke(&f.m, FRAME_B, "two");
	give(&f.m, false, 0, FRAME_A, FRAME_B);
	machine_devices_run(&f.m, UINT64_MAX);
	give(&f.m, true, 0, FRAME_B, FRAME_A);
	machine_devices_run(&f.m, UINT64_MAX);
	ck_assert_str_eq(peek(&f.m, FRAME_B), "one");
	ck_assert_str_eq(peek(&f.m, FRAME_A), "two");
	machine_release(&f.m);
}
END_TEST

/* 24 address lines: a frame at 16 MiB + x is the frame at x. (The list is not checked by anybody.) */
START_TEST(missing_address_lines_are_low)
{
	struct fixture f;

	start(&f, 1, ISA);
	poke(&f.m, FRAME_A, "low");
	give(&f.m, false, 0, FRAME_A + ISA + 1, FRAME_B);
	machine_devices_run(&f.m, UINT64_MAX);
	ck_assert_str_eq(stored(&f.m, 0), "low");
	machine_release(&f.m);
}
END_TEST

START_TEST(the_interrupt_comes_with_the_end)
{
	struct fixture f;
	struct irq_frame frame;
	uint32_t from;

	start(&f, 2, UINT64_MAX);
	from = f.m.log.n;
	give(&f.m, true, 0, FRAME_A, FRAME_B);
	ck_assert_uint_eq(machine_next_irq(&f.m, 0), UINT64_MAX);
	ck_assert_uint_eq(machine_next_irq(&f.m, 1), duration(2));
	machine_wait(&f.m, 1, duration(2) - 1);
	ck_assert(!machine_take_irq(&f.m, 1, &frame));
	machine_wait(&f.m, 1, duration(2));
	ck_assert(machine_take_irq(&f.m, 1, &frame));
	ck_assert(frame.vector == VECTOR && frame.from == EVENT_NO_CPU && frame.data == 0);
	ck_assert_str_eq(events_since(&f.m, from),
	                 "DEVICE_START DMA_WRITE<1 DMA_WRITE<1 DEVICE_DONE<1 IRQ_DELIVER<4");
	ck_assert_uint_eq(f.m.log.cause, 0);
	ck_assert_uint_eq(machine_device_due(&f.m, 1), UINT64_MAX);
	machine_release(&f.m);
}
END_TEST

/* With interrupts off the bytes move all the same; the interrupt waits. */
START_TEST(interrupts_off_do_not_stop_it)
{
	struct fixture f;

	start(&f, 1, UINT64_MAX);
	f.m.cpu[0].eflags_if = false;
	poke(&f.m, FRAME_A, "moved");
	give(&f.m, false, 0, FRAME_A, FRAME_B);
	ck_assert_uint_eq(machine_next_irq(&f.m, 0), UINT64_MAX);
	machine_wait(&f.m, 0, 2 * duration(2));
	ck_assert(!machine_take_irq(&f.m, 0, NULL));
	ck_assert_str_eq(stored(&f.m, 0), "moved");
	f.m.cpu[0].eflags_if = true;
	ck_assert_uint_eq(machine_next_irq(&f.m, 0), 2 * duration(2));
	ck_assert(machine_take_irq(&f.m, 0, NULL));
	machine_release(&f.m);
}
END_TEST

/* A CPU that has no room for one more interrupt makes its device wait. */
START_TEST(a_full_queue_delays_the_end)
{
	struct fixture f;

	start(&f, 1, UINT64_MAX);
	give(&f.m, true, 0, FRAME_A, FRAME_B);
	f.m.cpu[0].eflags_if = false;
	while (machine_raise(&f.m, 0, 0x31, 0, 0))
		;
	ck_assert_uint_eq(machine_devices_run(&f.m, UINT64_MAX), 0);
	ck_assert(f.m.device[0].busy);
	f.m.cpu[0].eflags_if = true;
	ck_assert(machine_take_irq(&f.m, 0, NULL));
	ck_assert_uint_eq(machine_devices_run(&f.m, UINT64_MAX), 1);
	machine_release(&f.m);
}
END_TEST

START_TEST(a_clone_has_a_medium_of_its_own)
{
	struct fixture f;
	struct machine *copy = malloc(sizeof(*copy));

	ck_assert_ptr_nonnull(copy);
	start(&f, 1, UINT64_MAX);
	poke(&f.m, FRAME_A, "kept");
	give(&f.m, false, 0, FRAME_A, FRAME_B);
	machine_clone(copy, &f.m);
	machine_devices_run(&f.m, UINT64_MAX);
	ck_assert_str_eq(stored(copy, 0), "");
	ck_assert(copy->device[0].busy);
	machine_devices_run(copy, UINT64_MAX);
	ck_assert_str_eq(stored(copy, 0), "kept");
	machine_release(copy);
	free(copy);
	machine_release(&f.m);
}
END_TEST

START_TEST(there_is_room_for_so_many)
{
	struct fixture f;

	start(&f, 1, ISA);
	for (int i = 1; i < DEVICES; i++)
		ck_assert_int_eq(machine_device_add(&f.m, "a device with a long name", ISA, 0, 1), i);
	ck_assert_int_eq(machine_device_add(&f.m, "one more", ISA, 0, 1), -1);
	ck_assert_str_eq(f.m.device[DEVICES - 1].name, "a device with a");
	machine_release(&f.m);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		nothing_moves_before_its_time, it_moves_what_is_there_at_the_end,
		what_was_written_comes_back_elsewhere, missing_address_lines_are_low,
		the_interrupt_comes_with_the_end, interrupts_off_do_not_stop_it,
		a_full_queue_delays_the_end, a_clone_has_a_medium_of_its_own,
		there_is_room_for_so_many,
	};

	return run_suite("device", tests, LENGTH(tests), NULL, 0);
}
