/*
 * Reading and writing a file through the page cache: generic_perform_write() and file_read_actor()
 * of mm/filemap.c (6.1: lib/iov_iter.c).
 *
 * The page cache is high memory's best customer: the kernel hardly ever looks at its pages, and
 * when it does, it maps one, copies between it and user memory, and unmaps it. How it maps is what
 * the generations differ in:
 *
 *	2.4		kmap(): user memory may fault, and a fault may sleep
 *	2.6.27 on	kmap_atomic(KM_USER0): must not sleep; so the user's page is touched before
 *			(fault_in_pages_readable), the copy runs with page faults disabled, and if the
 *			page was gone again after all, everything is repeated
 *	4G/4G		kmap(), and user memory through KM_USER_COPY (usercopy.c)
 *	6.1, read	kmap_local: user memory may fault, and nothing is disabled
 *
 * There is one file, and it has one page: that is all it takes to see this. Left out: the file
 * system, blocks, readahead, locks of pages.
 */
#include "kernel/uaccess.h"

#include "kernel/atomic.h"
#include "kernel/entry.h"
#include "kernel/usercopy.h"
#include "kernel/world.h"

FRAME(grab_cache_page) { uint32_t pfn; };
FRAME(fault_in_pages) { uint32_t user, n, write, i; };
FRAME(copy_page_user) { uint32_t pfn, user, n, to_user, kaddr, left; };

static int32_t km_user0(const struct world *w)
{
	int slot = profile_slot(w->kernel.profile, "USER0");

	return slot < 0 ? slot : (int32_t)km_type(w, slot);
}

static bool uses_local(const struct world *w)
{
	return w->kernel.atomic_ops->local;
}

static bool uses_kmap(const struct world *w)
{
	return w->kernel.atomic_ops->atomicity == ATOMIC_BY_CARE;
}

/* Finds the file's page, or makes it: all zeros. The result is its frame, or 0. */
OP(grab_cache_page)
{
	BEGIN
	STEP("page = find_get_page(mapping, index);")
	if (w->kernel.file.pfn)
		RETURN(w->kernel.file.pfn);
	STEP("page = page_cache_alloc(mapping); /* GFP_HIGHUSER */")
	CALL(__alloc_pages, .gfp = GFP_HIGHUSER);
	f->pfn = (uint32_t)RESULT;
	if (!f->pfn)
		RETURN(0);
	pfn_to_page_mut(w, f->pfn)->use = PAGE_CACHE;
	STEP("zero_user(page, 0, PAGE_CACHE_SIZE);")
	CALL(clear_highpage, .pfn = f->pfn);
	STEP("add_to_page_cache(page, mapping, index, gfp_mask);")
	w->kernel.file.pfn = f->pfn;
	world_event(w, c->cpu, EVENT_PAGE_CACHE, f->pfn, 0, 0);
	RETURN(f->pfn);
	END
}

/* fault_in_pages_readable() and _writeable(): touches the first and the last byte, so that the
 * pages are there. The result is how many bytes could not be touched. */
OP(fault_in_pages)
{
	BEGIN
	for (f->i = 0; f->i < 2; f->i++) {
		STEP("ret = __get_user(c, uaddr); /* and at the end: both pages, if there are two */")
		if (switches_pagetables(w))
			CALL(rw_vm, .user = f->user + f->i * (f->n - 1), .n = 1, .write = f->write);
		else
			CALL(__get_user, .va = f->user + f->i * (f->n - 1), .write = f->write);
		if (RESULT)
			RETURN(RESULT);
	}
	RETURN(0);
	END
}

/* Copies between the file's page and user memory, with the generation's mapping of the page. The
 * result is how many bytes are left. */
OP(copy_page_user)
{
	BEGIN
	if (uses_kmap(w)) {
		STEP("kaddr = kmap(page);")
		CALL(kmap, .pfn = f->pfn);
	} else if (uses_local(w) && f->to_user) {
		STEP("kaddr = kmap_local_page(page);")
		CALL(kmap_local_page, .pfn = f->pfn);
	} else {
		STEP("kaddr = kmap_atomic(page, KM_USER0);")
		CALL(kmap_atomic, .pfn = f->pfn, .slot = km_user0(w));
	}
	f->kaddr = (uint32_t)RESULT;
	if (switches_pagetables(w))
		CALL(rw_vm, .kernel = f->kaddr, .user = f->user, .n = f->n, .write = f->to_user);
	else
		CALL(__copy_user, .kernel = f->kaddr, .user = f->user, .n = f->n,
		     .to_user = f->to_user);
	f->left = (uint32_t)RESULT;
	if (uses_kmap(w)) {
		STEP("kunmap(page);")
		CALL(kunmap, .pfn = f->pfn);
	} else if (uses_local(w) && f->to_user) {
		STEP("kunmap_local(kaddr);")
		CALL(kunmap_local, .vaddr = f->kaddr);
	} else {
		STEP("kunmap_atomic(kaddr, KM_USER0);")
		CALL(kunmap_atomic, .vaddr = f->kaddr, .slot = km_user0(w));
	}
	RETURN(f->left);
	END
}

OP(sys_write)
{
	BEGIN
	CALL(grab_cache_page, 0);
	f->pfn = (uint32_t)RESULT;
	if (!f->pfn)
		RETURN(ENOMEM_RESULT);
	do {
		STEP("if (unlikely(iov_iter_fault_in_readable(i, bytes))) return -EFAULT;")
		CALL(fault_in_pages, .user = f->buf, .n = f->n);
		if (RESULT)
			RETURN(EFAULT_RESULT);
		STEP("copied = iov_iter_copy_from_user_atomic(page, i, offset, bytes);")
		CALL(copy_page_user, .pfn = f->pfn, .user = f->buf, .n = f->n);
	} while (RESULT);
	STEP("i_size_write(inode, pos + copied);")
	if (w->kernel.file.size < f->n)
		w->kernel.file.size = f->n;
	RETURN(f->n);
	END
}

OP(sys_read)
{
	BEGIN
	STEP("isize = i_size_read(inode);")
	if (f->n > w->kernel.file.size)
		f->n = w->kernel.file.size;
	if (!f->n)
		RETURN(0);
	do {
		STEP("if (fault_in_pages_writeable(desc->arg.buf, size)) return -EFAULT;")
		CALL(fault_in_pages, .user = f->buf, .n = f->n, .write = true);
		if (RESULT)
			RETURN(EFAULT_RESULT);
		STEP("ret = file_read_actor(desc, page, offset, nr);")
		CALL(copy_page_user, .pfn = w->kernel.file.pfn, .user = f->buf, .n = f->n,
		     .to_user = true);
	} while (RESULT);
	RETURN(f->n);
	END
}

OP(sys_truncate)
{
	BEGIN
	STEP("truncate_inode_pages(mapping, 0);")
	w->kernel.file.size = 0;
	if (w->kernel.file.pfn) {
		f->unused = w->kernel.file.pfn;
		w->kernel.file.pfn = 0;
		CALL(__free_pages, .pfn = f->unused);
	}
	END
}
