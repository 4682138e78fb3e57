/*
 * Interrupts: when something can be taken, in which order, what blocks what, and the chain of
 * events from the sender to the acknowledgement.
 */
#include "machine_fixture.h"

#define VECTOR 0xfd

static void start(struct fixture *f, unsigned cpus)
{
	fixture_init(f, &tiny_model, cpus);
	for (unsigned i = 0; i < cpus; i++)
		f->m.cpu[i].eflags_if = true;
}

/* The vector that CPU `cpu` takes when it waits for what comes next; 0 when nothing comes. */
static unsigned take_next(struct machine *m, unsigned cpu)
{
	uint64_t due = machine_next_irq(m, cpu);
	struct irq_frame frame;

	if (due == UINT64_MAX)
		return 0;
	machine_wait(m, cpu, due);
	ck_assert(machine_take_irq(m, cpu, &frame));
	return frame.vector;
}

START_TEST(an_ipi_takes_its_time)
{
	struct fixture f;
	const struct cost_table *cost = test_costs();
	struct irq_frame frame;
	uint64_t due;

	start(&f, 2);
	machine_wait(&f.m, 0, 1000);
	ck_assert(machine_ipi(&f.m, 0, 1, VECTOR, 77));
	due = 1000 + cost->cycles[COST_IPI_SEND] + cost->cycles[COST_IPI];
	ck_assert_uint_eq(f.m.cpu[0].cycle, 1000 + cost->cycles[COST_IPI_SEND]);
	ck_assert_uint_eq(machine_next_irq(&f.m, 1), due);
	ck_assert_uint_eq(machine_next_irq(&f.m, 0), UINT64_MAX);
	machine_wait(&f.m, 1, due - 1);
	ck_assert(!machine_take_irq(&f.m, 1, &frame));
	machine_wait(&f.m, 1, due);
	ck_assert(machine_take_irq(&f.m, 1, &frame));
	ck_assert_uint_eq(f.m.cpu[1].cycle, due + cost->cycles[COST_IRQ_ENTRY]);
	ck_assert(frame.vector == VECTOR && frame.from == 0 && frame.data == 77 && !frame.nmi);
	ck_assert(!machine_take_irq(&f.m, 1, NULL));
	ck_assert_uint_eq(f.m.stats.ipi, 1);
	machine_release(&f.m);
}
END_TEST

START_TEST(a_receiver_that_is_ahead_takes_it_at_once)
{
	struct fixture f;

	start(&f, 2);
	machine_wait(&f.m, 1, 1000000);
	ck_assert(machine_ipi(&f.m, 0, 1, VECTOR, 0));
	ck_assert(machine_take_irq(&f.m, 1, NULL));
	ck_assert_uint_eq(f.m.cpu[1].cycle, 1000000 + test_costs()->cycles[COST_IRQ_ENTRY]);
	machine_release(&f.m);
}
END_TEST

START_TEST(the_chain_of_a_shootdown)
{
	struct fixture f;
	struct irq_frame frame;

	start(&f, 3);
	ck_assert(machine_ipi(&f.m, 0, 1, VECTOR, 0));
	ck_assert(machine_ipi(&f.m, 0, 2, VECTOR, 0));
	machine_wait(&f.m, 2, 100000);
	ck_assert(machine_take_irq(&f.m, 2, &frame));
	f.m.log.cause = frame.cause;
	machine_invlpg(&f.m, 2, 0x1000);
	f.m.log.cause = 0;
	machine_ack(&f.m, 2, &frame);
	machine_iret(&f.m, 2);
	ck_assert_str_eq(events_since(&f.m, 0),
	                 "IPI_SEND IPI_SEND IRQ_DELIVER<2 INVLPG<3 IPI_ACK<3 IRET<3");
	ck_assert_uint_eq(event_get(&f.m.log, 2)->arg[0], 2);
	ck_assert_uint_eq(event_get(&f.m.log, 5)->arg[0], 0);
	ck_assert_uint_eq(event_get(&f.m.log, 5)->cpu, 2);
	ck_assert_uint_eq(f.m.cpu[2].cycle,
	                  100000 + test_costs()->cycles[COST_IRQ_ENTRY] +
	                          test_costs()->cycles[COST_INVLPG] +
	                          test_costs()->cycles[COST_ACK] + test_costs()->cycles[COST_IRET]);
	machine_release(&f.m);
}
END_TEST

START_TEST(the_interrupt_flag_is_saved_and_restored)
{
	struct fixture f;

	start(&f, 1);
	ck_assert(machine_raise(&f.m, 0, 0x31, 0, 0));
	ck_assert(machine_raise(&f.m, 0, 0x32, 0, 0));
	f.m.cpu[0].eflags_if = false;
	ck_assert_uint_eq(machine_next_irq(&f.m, 0), UINT64_MAX);
	ck_assert(!machine_take_irq(&f.m, 0, NULL));
	f.m.cpu[0].eflags_if = true;
	ck_assert_uint_eq(take_next(&f.m, 0), 0x31);
	ck_assert(!f.m.cpu[0].eflags_if);
	ck_assert_uint_eq(take_next(&f.m, 0), 0);
	f.m.cpu[0].eflags_if = true; /* the handler allows others */
	ck_assert_uint_eq(take_next(&f.m, 0), 0x32);
	ck_assert_uint_eq(f.m.cpu[0].nesting, 2);
	machine_iret(&f.m, 0);
	ck_assert(f.m.cpu[0].eflags_if);
	f.m.cpu[0].eflags_if = false;
	machine_iret(&f.m, 0);
	ck_assert(f.m.cpu[0].eflags_if);
	ck_assert_uint_eq(f.m.cpu[0].nesting, 0);
	machine_release(&f.m);
}
END_TEST

START_TEST(an_nmi_is_stopped_by_an_nmi_alone)
{
	struct fixture f;

	start(&f, 1);
	f.m.cpu[0].eflags_if = false;
	ck_assert(machine_raise(&f.m, 0, VECTOR_NMI, 0, 0));
	ck_assert(machine_raise(&f.m, 0, VECTOR_NMI, 0, 0));
	ck_assert_uint_eq(take_next(&f.m, 0), VECTOR_NMI);
	ck_assert(f.m.cpu[0].frame[0].nmi && !f.m.cpu[0].frame[0].saved_if);
	ck_assert_uint_eq(take_next(&f.m, 0), 0);
	f.m.cpu[0].eflags_if = true;
	ck_assert(machine_raise(&f.m, 0, 0x31, 0, 0));
	ck_assert_uint_eq(take_next(&f.m, 0), 0x31);
	ck_assert_uint_eq(take_next(&f.m, 0), 0);
	machine_iret(&f.m, 0);
	machine_iret(&f.m, 0);
	ck_assert(!f.m.cpu[0].eflags_if);
	ck_assert_uint_eq(take_next(&f.m, 0), VECTOR_NMI);
	machine_release(&f.m);
}
END_TEST

START_TEST(the_earliest_comes_first_and_an_nmi_among_equals)
{
	struct fixture f;

	start(&f, 1);
	ck_assert(machine_raise(&f.m, 0, 0x33, 300, 0));
	ck_assert(machine_raise(&f.m, 0, 0x31, 100, 0));
	ck_assert(machine_raise(&f.m, 0, 0x32, 100, 0));
	ck_assert(machine_raise(&f.m, 0, VECTOR_NMI, 100, 0));
	ck_assert_uint_eq(machine_next_irq(&f.m, 0), 100);
	ck_assert_uint_eq(take_next(&f.m, 0), VECTOR_NMI);
	machine_iret(&f.m, 0);
	for (unsigned vector = 0x31; vector <= 0x33; vector++) {
		ck_assert_uint_eq(take_next(&f.m, 0), vector);
		machine_iret(&f.m, 0);
	}
	ck_assert_uint_eq(f.m.cpu[0].nr_pending, 0);
	machine_release(&f.m);
}
END_TEST

START_TEST(a_full_queue_refuses)
{
	struct fixture f;
	uint64_t cycle;
	uint32_t n;

	start(&f, 2);
	for (unsigned i = 0; i < IRQ_PENDING; i++)
		ck_assert(machine_ipi(&f.m, 0, 1, (uint8_t)(32 + i), 0));
	cycle = f.m.cpu[0].cycle;
	n = f.m.log.n;
	ck_assert(!machine_ipi(&f.m, 0, 1, VECTOR, 0));
	ck_assert(!machine_raise(&f.m, 1, VECTOR, 0, 0));
	ck_assert_uint_eq(f.m.cpu[0].cycle, cycle);
	ck_assert_str_eq(events_since(&f.m, n), "");
	ck_assert_uint_eq(take_next(&f.m, 1), 32);
	ck_assert(machine_ipi(&f.m, 0, 1, VECTOR, 0));
	machine_release(&f.m);
}
END_TEST

START_TEST(interrupts_nest_to_a_limit)
{
	struct fixture f;

	start(&f, 1);
	for (unsigned i = 0; i <= IRQ_NESTING; i++)
		ck_assert(machine_raise(&f.m, 0, (uint8_t)(32 + i), 0, 0));
	for (unsigned i = 0; i < IRQ_NESTING; i++) {
		ck_assert_uint_eq(take_next(&f.m, 0), 32 + i);
		f.m.cpu[0].eflags_if = true;
	}
	ck_assert_uint_eq(take_next(&f.m, 0), 0);
	machine_iret(&f.m, 0);
	ck_assert_uint_eq(take_next(&f.m, 0), 32 + IRQ_NESTING);
	machine_release(&f.m);
}
END_TEST

START_TEST(a_lost_ipi_is_sent_all_the_same)
{
	struct fixture f;

	start(&f, 2);
	f.m.broken.lose_ipi = true;
	ck_assert(machine_ipi(&f.m, 0, 1, VECTOR, 0));
	ck_assert_str_eq(events_since(&f.m, 0), "IPI_SEND");
	ck_assert_uint_eq(f.m.stats.ipi, 1);
	ck_assert_uint_eq(take_next(&f.m, 1), 0);
	machine_release(&f.m);
}
END_TEST

START_TEST(a_device_is_a_cause_too)
{
	struct fixture f;
	struct irq_frame frame;

	start(&f, 1);
	f.m.log.cause = machine_event(&f.m, EVENT_NO_CPU, EVENT_DMA_READ, 0, 512, 0);
	ck_assert(machine_raise(&f.m, 0, 0x41, 0, 9));
	f.m.log.cause = 0;
	ck_assert(machine_take_irq(&f.m, 0, &frame));
	ck_assert(frame.from == EVENT_NO_CPU && frame.data == 9);
	ck_assert_str_eq(events_since(&f.m, 0), "DMA_READ IRQ_DELIVER<1");
	ck_assert_uint_eq(frame.cause, 2);
	machine_release(&f.m);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_ipi_takes_its_time,
		a_receiver_that_is_ahead_takes_it_at_once,
		the_chain_of_a_shootdown,
		the_interrupt_flag_is_saved_and_restored,
		an_nmi_is_stopped_by_an_nmi_alone,
		the_earliest_comes_first_and_an_nmi_among_equals,
		a_full_queue_refuses,
		interrupts_nest_to_a_limit,
		a_lost_ipi_is_sent_all_the_same,
		a_device_is_a_cause_too,
	};

	return run_suite("irq", tests, LENGTH(tests), NULL, 0);
}
