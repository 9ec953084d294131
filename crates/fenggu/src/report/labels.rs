//! Names of tables and quantities for people, in both languages.

use super::text::Text;
use fenggu_net::{Quantity, TableId};

/// Name of a table.
pub(crate) fn table(id: TableId) -> Text {
    let (en, zh) = match id {
        TableId::Carriers => ("carriers", "能源种类"),
        TableId::Buses => ("buses", "节点"),
        TableId::Branches => ("branches", "支路"),
        TableId::Generators => ("generators", "机组"),
        TableId::Loads => ("loads", "负荷"),
        TableId::Shunts => ("shunts", "并联支路"),
        TableId::StorageUnits => ("storage units", "储能"),
        TableId::Stores => ("stores", "储库"),
        TableId::Links => ("links", "直流与转换"),
        TableId::LinkEnds => ("link ends", "直流端点"),
        TableId::Reserves => ("reserves", "备用"),
        TableId::ReserveOffers => ("reserve offers", "备用报价"),
        TableId::Interfaces => ("interfaces", "断面"),
        TableId::InterfaceTerms => ("interface terms", "断面构成"),
        TableId::Contingencies => ("contingencies", "预想故障"),
        TableId::GlobalLimits => ("global limits", "全局约束"),
        TableId::LimitCarriers => ("carriers of limits", "约束涉及的能源"),
        TableId::SideConstraints => ("side constraints", "附加约束"),
        TableId::SideTerms => ("side terms", "附加约束项"),
    };
    Text { en, zh }
}

/// Name of a table's word; the word itself when there is no such table.
pub(crate) fn table_word(word: &str) -> (String, String) {
    match TableId::from_word(word) {
        Some(id) => (table(id).en.to_string(), table(id).zh.to_string()),
        None => (word.to_string(), word.to_string()),
    }
}

/// Name of a quantity.
pub(crate) fn quantity(q: Quantity) -> Text {
    use Quantity::*;
    let (en, zh) = match q {
        BusAngle => ("voltage angle", "电压相角"),
        BusPrice => ("price", "节点电价"),
        BusPriceEnergy => ("energy part of price", "电能分量"),
        BusPriceCongestion => ("congestion part of price", "阻塞分量"),
        BusPriceMin => ("lowest supporting price", "电价下界"),
        BusPriceMax => ("highest supporting price", "电价上界"),
        BusBoundPrice => ("multiplier of the bound", "下界乘子"),
        BusMissing => ("missing power", "缺额功率"),
        BusSurplus => ("surplus power", "过剩功率"),
        BranchFlow => ("flow", "潮流"),
        BranchLimitPrice => ("shadow price of flow limit", "限额影子价格"),
        BranchViolation => ("flow beyond the rating", "支路越限"),
        BranchEmergencyViolation => ("flow beyond the emergency rating after an outage", "故障后支路越限"),
        BranchBoundPrice => ("multiplier of the bound", "下界乘子"),
        BranchAnglePrice => ("shadow price of angle limit", "相角差限值影子价格"),
        BranchSNomOpt => ("chosen rating", "选定额定容量"),
        BranchShift => ("phase shift", "移相角"),
        GeneratorStatus => ("status", "开停状态"),
        GeneratorStartUp => ("start", "启动"),
        GeneratorShutDown => ("stop", "停机"),
        GeneratorP => ("output", "出力"),
        GeneratorPNomOpt => ("chosen nominal power", "选定装机容量"),
        GeneratorCurtailed => ("curtailed", "弃电"),
        GeneratorRampPrice => ("shadow price of ramp", "爬坡影子价格"),
        GeneratorEnergySumPrice => ("shadow price of energy limit", "电量限值影子价格"),
        GeneratorHeadroomPrice => ("shadow price of headroom", "上备用空间影子价格"),
        GeneratorFootroomPrice => ("shadow price of footroom", "下备用空间影子价格"),
        LoadP => ("served", "供电功率"),
        LoadShed => ("shed", "切负荷"),
        LoadElastic => ("elastic demand", "弹性需求"),
        StoragePNomOpt => ("chosen nominal power", "选定装机容量"),
        StorageCharge => ("charge", "充电"),
        StorageDischarge => ("discharge", "放电"),
        StorageSoc => ("stored energy", "储存电量"),
        StorageSpill => ("spill", "弃水"),
        StorageWaterValue => ("value of stored energy", "储能边际价值"),
        StorageCyclePrice => ("shadow price of cycle limit", "循环次数影子价格"),
        StorageHeadroomPrice => ("shadow price of headroom", "上备用空间影子价格"),
        StorageFootroomPrice => ("shadow price of footroom", "下备用空间影子价格"),
        StorageEnergyUpPrice => ("shadow price of energy for up reserve", "上备用电量影子价格"),
        StorageEnergyDownPrice => ("shadow price of room for down reserve", "下备用电量影子价格"),
        StoreENomOpt => ("chosen nominal energy", "选定储能容量"),
        StoreP => ("injection", "注入功率"),
        StoreEnergy => ("stored energy", "储存能量"),
        StoreWaterValue => ("value of stored energy", "储存边际价值"),
        LinkPNomOpt => ("chosen nominal power", "选定装机容量"),
        LinkRampPrice => ("shadow price of ramp", "爬坡影子价格"),
        LinkP => ("drawn at first end", "首端功率"),
        LinkDelivered => ("delivered at second end", "末端功率"),
        ReservePrice => ("reserve price", "备用价格"),
        ReserveBoundPrice => ("multiplier of the bound", "下界乘子"),
        ReserveShortage => ("reserve shortage", "备用缺额"),
        ReserveOfferP => ("reserve held", "备用容量"),
        InterfaceFlow => ("interface flow", "断面潮流"),
        InterfacePrice => ("shadow price of interface", "断面影子价格"),
        InterfaceViolation => ("flow beyond limit", "断面越限"),
        GlobalLimitUsed => ("used", "用量"),
        GlobalLimitPrice => ("shadow price", "影子价格"),
        SideActivity => ("left-hand side", "左端值"),
        SidePrice => ("shadow price", "影子价格"),
    };
    Text { en, zh }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_and_quantity_has_both_languages() {
        let texts = Quantity::ALL.iter().map(|&q| quantity(q)).chain(TableId::ALL.iter().map(|&t| table(t)));
        for t in texts {
            assert!(!t.en.is_empty() && t.en.is_ascii(), "{t:?}");
            assert!(t.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{t:?}");
        }
    }
}
