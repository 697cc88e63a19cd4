//! System calls given up, by seccomp. Two filters, of which the severer answer holds: what reading takes is allowed and
//! everything else fails with `EPERM`; what only an attack would try ends the process (`SIGSYS`), so that it is seen.

use beffroi_ports::Protection;
use libc::{c_int, c_long};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};
use std::collections::BTreeMap;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Puts both filters on.
pub(super) fn give_up() -> Protection {
    let put = || -> Result<(), Box<dyn std::error::Error>> {
        for program in programs()? {
            seccompiler::apply_filter(&program)?;
        }
        Ok(())
    };
    if put().is_ok() { Protection::Full } else { Protection::Absent }
}

fn programs() -> Result<[BpfProgram; 2], BackendError> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let forbidden: Rules = FORBIDDEN.iter().map(|call| (*call, Vec::new())).collect();
    let ends = SeccompFilter::new(forbidden, SeccompAction::Allow, SeccompAction::KillProcess, arch)?;
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let fails = SeccompFilter::new(allowed()?, refused, SeccompAction::Allow, arch)?;
    Ok([ends.try_into()?, fails.try_into()?])
}

/// What reading takes: the three pipes and no other descriptor, memory that is never executable, and the end.
fn allowed() -> Result<Rules, BackendError> {
    let mut rules: Rules = FREE.iter().map(|call| (*call, Vec::new())).collect();
    let descriptor =
        |of: c_int| SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, u64::from(of.unsigned_abs()));
    rules.insert(libc::SYS_read, vec![SeccompRule::new(vec![descriptor(0)?])?]);
    let outward = || -> Result<Vec<SeccompRule>, BackendError> {
        Ok(vec![SeccompRule::new(vec![descriptor(1)?])?, SeccompRule::new(vec![descriptor(2)?])?])
    };
    rules.insert(libc::SYS_write, outward()?);
    rules.insert(libc::SYS_writev, outward()?);
    let executable = u64::from(libc::PROT_EXEC.unsigned_abs());
    let plain = || SeccompCondition::new(2, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(executable), 0);
    let anonymous = u64::from(libc::MAP_ANONYMOUS.unsigned_abs());
    let no_file = SeccompCondition::new(3, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(anonymous), anonymous)?;
    rules.insert(libc::SYS_mmap, vec![SeccompRule::new(vec![plain()?, no_file])?]);
    rules.insert(libc::SYS_mprotect, vec![SeccompRule::new(vec![plain()?])?]);
    // A program that aborts (memory refused) sends the signal to itself, and to nobody else.
    let own = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, u64::from(std::process::id()))?;
    rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![own])?]);
    Ok(rules)
}

const FREE: &[c_long] = &[
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_yield,
    libc::SYS_sigaltstack,
];

/// Files, connections, programs, other processes, and the doors to them.
const FORBIDDEN: &[c_long] = &[
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_bind,
    libc::SYS_bpf,
    libc::SYS_clone,
    libc::SYS_clone3,
    libc::SYS_connect,
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_setup,
    libc::SYS_keyctl,
    libc::SYS_kill,
    libc::SYS_linkat,
    libc::SYS_listen,
    libc::SYS_memfd_create,
    libc::SYS_mount,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_perf_event_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_renameat2,
    libc::SYS_sendmsg,
    libc::SYS_sendto,
    libc::SYS_setns,
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_tkill,
    libc::SYS_unlinkat,
    libc::SYS_unshare,
    libc::SYS_userfaultfd,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_creat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_unlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_call_is_both_allowed_and_forbidden() {
        let allowed = allowed().unwrap();
        assert!(FORBIDDEN.iter().all(|call| !allowed.contains_key(call)));
        assert_eq!(allowed.len(), FREE.len() + 6);
    }

    #[test]
    fn the_filters_compile_for_both_architectures() {
        for arch in [TargetArch::x86_64, TargetArch::aarch64] {
            let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
            let filter = SeccompFilter::new(allowed().unwrap(), refused, SeccompAction::Allow, arch).unwrap();
            assert!(BpfProgram::try_from(filter).is_ok_and(|program| program.len() < 4096));
        }
    }
}
