//! A folder of RTS-GMLC's tables that is small enough to be mutated.

use crate::Files;

/// A folder of two buses, five units and two days of four series.
pub fn little() -> Files {
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
