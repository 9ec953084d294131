//! Columns of MATPOWER's tables, counted from 0 (MATPOWER's `caseformat`, versions 1 and 2).

pub const BUS_I: usize = 0;
pub const BUS_TYPE: usize = 1;
pub const PD: usize = 2;
pub const QD: usize = 3;
pub const GS: usize = 4;
pub const BS: usize = 5;
pub const BUS_AREA: usize = 6;
pub const VM: usize = 7;
pub const VA: usize = 8;
pub const BASE_KV: usize = 9;
pub const ZONE: usize = 10;
pub const VMAX: usize = 11;
pub const VMIN: usize = 12;
/// Columns a bus row needs.
pub const BUS_COLUMNS: usize = 13;

pub const GEN_BUS: usize = 0;
pub const PG: usize = 1;
pub const QG: usize = 2;
pub const QMAX: usize = 3;
pub const QMIN: usize = 4;
pub const VG: usize = 5;
pub const MBASE: usize = 6;
pub const GEN_STATUS: usize = 7;
pub const PMAX: usize = 8;
pub const PMIN: usize = 9;
/// Columns a generator row needs.
pub const GEN_COLUMNS: usize = 10;
/// First and one past the last of the columns carried as `matpower_rest`: PC1 … APF.
pub const PC1: usize = 10;
pub const RAMP_10: usize = 17;
pub const GEN_REST_END: usize = 21;

pub const F_BUS: usize = 0;
pub const T_BUS: usize = 1;
pub const BR_R: usize = 2;
pub const BR_X: usize = 3;
pub const BR_B: usize = 4;
pub const RATE_A: usize = 5;
pub const RATE_B: usize = 6;
pub const RATE_C: usize = 7;
pub const TAP: usize = 8;
pub const SHIFT: usize = 9;
pub const BR_STATUS: usize = 10;
pub const ANGMIN: usize = 11;
pub const ANGMAX: usize = 12;
/// Columns a branch row needs.
pub const BRANCH_COLUMNS: usize = 11;

pub const MODEL: usize = 0;
pub const STARTUP: usize = 1;
pub const SHUTDOWN: usize = 2;
pub const NCOST: usize = 3;
pub const COST: usize = 4;

pub const DC_STATUS: usize = 2;
pub const DC_PF: usize = 3;
pub const DC_PT: usize = 4;
pub const DC_PMIN: usize = 9;
pub const DC_PMAX: usize = 10;
pub const DC_LOSS0: usize = 15;
pub const DC_LOSS1: usize = 16;
/// Columns a DC line needs.
pub const DC_COLUMNS: usize = 17;
