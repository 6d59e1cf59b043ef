//! The closed lists of SAPIENT v2: number and word of every value.
//!
//! # Source
//! BSI Flex 335 v2.0, the published interface descriptions (31 lists, 179 values).

use super::Words;

/// `Alert.AlertStatus`.
pub static ALERT_ALERT_STATUS_WORDS: Words = Words {
    name: "Alert.AlertStatus",
    values: &[
        (0, "ALERT_STATUS_UNSPECIFIED"),
        (1, "ALERT_STATUS_ACTIVE"),
        (2, "ALERT_STATUS_ACKNOWLEDGE"),
        (3, "ALERT_STATUS_REJECT"),
        (4, "ALERT_STATUS_IGNORE"),
        (5, "ALERT_STATUS_CLEAR"),
    ],
};

/// `Alert.AlertType`.
pub static ALERT_ALERT_TYPE_WORDS: Words = Words {
    name: "Alert.AlertType",
    values: &[
        (0, "ALERT_TYPE_UNSPECIFIED"),
        (1, "ALERT_TYPE_INFORMATION"),
        (2, "ALERT_TYPE_WARNING"),
        (3, "ALERT_TYPE_CRITICAL"),
        (4, "ALERT_TYPE_ERROR"),
        (5, "ALERT_TYPE_FATAL"),
        (6, "ALERT_TYPE_MODE_CHANGE"),
    ],
};

/// `Alert.DiscretePriority`.
pub static ALERT_DISCRETE_PRIORITY_WORDS: Words = Words {
    name: "Alert.DiscretePriority",
    values: &[
        (0, "DISCRETE_PRIORITY_UNSPECIFIED"),
        (1, "DISCRETE_PRIORITY_LOW"),
        (2, "DISCRETE_PRIORITY_MEDIUM"),
        (3, "DISCRETE_PRIORITY_HIGH"),
    ],
};

/// `AlertAck.AlertAckStatus`.
pub static ALERT_ACK_ALERT_ACK_STATUS_WORDS: Words = Words {
    name: "AlertAck.AlertAckStatus",
    values: &[
        (0, "ALERT_ACK_STATUS_UNSPECIFIED"),
        (1, "ALERT_ACK_STATUS_ACCEPTED"),
        (2, "ALERT_ACK_STATUS_REJECTED"),
        (3, "ALERT_ACK_STATUS_CANCELLED"),
    ],
};

/// `AssociationRelation`.
pub static ASSOCIATION_RELATION_WORDS: Words = Words {
    name: "AssociationRelation",
    values: &[
        (0, "ASSOCIATION_RELATION_UNSPECIFIED"),
        (1, "ASSOCIATION_RELATION_NO_RELATION"),
        (2, "ASSOCIATION_RELATION_PARENT"),
        (3, "ASSOCIATION_RELATION_CHILD"),
        (4, "ASSOCIATION_RELATION_SIBLING"),
    ],
};

/// `LocationCoordinateSystem`.
pub static LOCATION_COORDINATE_SYSTEM_WORDS: Words = Words {
    name: "LocationCoordinateSystem",
    values: &[
        (0, "LOCATION_COORDINATE_SYSTEM_UNSPECIFIED"),
        (1, "LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M"),
        (2, "LOCATION_COORDINATE_SYSTEM_LAT_LNG_RAD_M"),
        (5, "LOCATION_COORDINATE_SYSTEM_UTM_M"),
    ],
};

/// `LocationDatum`.
pub static LOCATION_DATUM_WORDS: Words = Words {
    name: "LocationDatum",
    values: &[(0, "LOCATION_DATUM_UNSPECIFIED"), (1, "LOCATION_DATUM_WGS84_E"), (2, "LOCATION_DATUM_WGS84_G")],
};

/// `Operator`.
pub static OPERATOR_WORDS: Words = Words {
    name: "Operator",
    values: &[
        (0, "OPERATOR_UNSPECIFIED"),
        (1, "OPERATOR_ALL"),
        (2, "OPERATOR_GREATER_THAN"),
        (3, "OPERATOR_LESS_THAN"),
        (4, "OPERATOR_EQUAL"),
    ],
};

/// `RangeBearingCoordinateSystem`.
pub static RANGE_BEARING_COORDINATE_SYSTEM_WORDS: Words = Words {
    name: "RangeBearingCoordinateSystem",
    values: &[
        (0, "RANGE_BEARING_COORDINATE_SYSTEM_UNSPECIFIED"),
        (1, "RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_M"),
        (2, "RANGE_BEARING_COORDINATE_SYSTEM_RADIANS_M"),
        (3, "RANGE_BEARING_COORDINATE_SYSTEM_DEGREES_KM"),
        (4, "RANGE_BEARING_COORDINATE_SYSTEM_RADIANS_KM"),
    ],
};

/// `RangeBearingDatum`.
pub static RANGE_BEARING_DATUM_WORDS: Words = Words {
    name: "RangeBearingDatum",
    values: &[
        (0, "RANGE_BEARING_DATUM_UNSPECIFIED"),
        (1, "RANGE_BEARING_DATUM_TRUE"),
        (2, "RANGE_BEARING_DATUM_MAGNETIC"),
        (3, "RANGE_BEARING_DATUM_GRID"),
        (4, "RANGE_BEARING_DATUM_PLATFORM"),
    ],
};

/// `Registration.CommandType`.
pub static REGISTRATION_COMMAND_TYPE_WORDS: Words = Words {
    name: "Registration.CommandType",
    values: &[
        (0, "COMMAND_TYPE_UNSPECIFIED"),
        (1, "COMMAND_TYPE_REQUEST"),
        (2, "COMMAND_TYPE_DETECTION_THRESHOLD"),
        (3, "COMMAND_TYPE_DETECTION_REPORT_RATE"),
        (4, "COMMAND_TYPE_CLASSIFICATION_THRESHOLD"),
        (5, "COMMAND_TYPE_MODE_CHANGE"),
        (6, "COMMAND_TYPE_LOOK_AT"),
        (7, "COMMAND_TYPE_MOVE_TO"),
        (8, "COMMAND_TYPE_PATROL"),
        (9, "COMMAND_TYPE_FOLLOW"),
    ],
};

/// `Registration.ConfidenceDefinition`.
pub static REGISTRATION_CONFIDENCE_DEFINITION_WORDS: Words = Words {
    name: "Registration.ConfidenceDefinition",
    values: &[
        (0, "CONFIDENCE_DEFINITION_UNSPECIFIED"),
        (1, "CONFIDENCE_DEFINITION_SINGLE_CLASS"),
        (2, "CONFIDENCE_DEFINITION_MULTI_CLASS"),
    ],
};

/// `Registration.DetectionReportCategory`.
pub static REGISTRATION_DETECTION_REPORT_CATEGORY_WORDS: Words = Words {
    name: "Registration.DetectionReportCategory",
    values: &[
        (0, "DETECTION_REPORT_CATEGORY_UNSPECIFIED"),
        (1, "DETECTION_REPORT_CATEGORY_DETECTION"),
        (2, "DETECTION_REPORT_CATEGORY_TRACK"),
        (3, "DETECTION_REPORT_CATEGORY_OBJECT"),
        (4, "DETECTION_REPORT_CATEGORY_SIGNAL"),
    ],
};

/// `Registration.ModeType`.
pub static REGISTRATION_MODE_TYPE_WORDS: Words = Words {
    name: "Registration.ModeType",
    values: &[
        (0, "MODE_TYPE_UNSPECIFIED"),
        (1, "MODE_TYPE_PERMANENT"),
        (2, "MODE_TYPE_TEMPORARY"),
        (3, "MODE_TYPE_DEFAULT"),
    ],
};

/// `Registration.NodeType`.
pub static REGISTRATION_NODE_TYPE_WORDS: Words = Words {
    name: "Registration.NodeType",
    values: &[
        (0, "NODE_TYPE_UNSPECIFIED"),
        (1, "NODE_TYPE_OTHER"),
        (2, "NODE_TYPE_RADAR"),
        (3, "NODE_TYPE_LIDAR"),
        (4, "NODE_TYPE_CAMERA"),
        (5, "NODE_TYPE_SEISMIC"),
        (6, "NODE_TYPE_ACOUSTIC"),
        (7, "NODE_TYPE_PROXIMITY_SENSOR"),
        (8, "NODE_TYPE_PASSIVE_RF"),
        (9, "NODE_TYPE_HUMAN"),
        (10, "NODE_TYPE_CHEMICAL"),
        (11, "NODE_TYPE_BIOLOGICAL"),
        (12, "NODE_TYPE_RADIATION"),
        (13, "NODE_TYPE_KINETIC"),
        (14, "NODE_TYPE_JAMMER"),
        (15, "NODE_TYPE_CYBER"),
        (16, "NODE_TYPE_LDEW"),
        (17, "NODE_TYPE_RFDEW"),
        (18, "NODE_TYPE_MOBILE_NODE"),
        (19, "NODE_TYPE_POINTABLE_NODE"),
        (20, "NODE_TYPE_FUSION_NODE"),
    ],
};

/// `Registration.RegionType`.
pub static REGISTRATION_REGION_TYPE_WORDS: Words = Words {
    name: "Registration.RegionType",
    values: &[
        (0, "REGION_TYPE_UNSPECIFIED"),
        (1, "REGION_TYPE_AREA_OF_INTEREST"),
        (2, "REGION_TYPE_IGNORE"),
        (3, "REGION_TYPE_BOUNDARY"),
        (4, "REGION_TYPE_MOBILE_NODE_NO_GO_AREA"),
        (5, "REGION_TYPE_MOBILE_NODE_GO_AREA"),
    ],
};

/// `Registration.ScanType`.
pub static REGISTRATION_SCAN_TYPE_WORDS: Words = Words {
    name: "Registration.ScanType",
    values: &[
        (0, "SCAN_TYPE_UNSPECIFIED"),
        (1, "SCAN_TYPE_FIXED"),
        (2, "SCAN_TYPE_SCANNING"),
        (3, "SCAN_TYPE_STEERABLE"),
    ],
};

/// `Registration.StatusReportCategory`.
pub static REGISTRATION_STATUS_REPORT_CATEGORY_WORDS: Words = Words {
    name: "Registration.StatusReportCategory",
    values: &[
        (0, "STATUS_REPORT_CATEGORY_UNSPECIFIED"),
        (1, "STATUS_REPORT_CATEGORY_SENSOR"),
        (2, "STATUS_REPORT_CATEGORY_POWER"),
        (3, "STATUS_REPORT_CATEGORY_MODE"),
        (4, "STATUS_REPORT_CATEGORY_STATUS"),
    ],
};

/// `Registration.TimeUnits`.
pub static REGISTRATION_TIME_UNITS_WORDS: Words = Words {
    name: "Registration.TimeUnits",
    values: &[
        (0, "TIME_UNITS_UNSPECIFIED"),
        (1, "TIME_UNITS_NANOSECONDS"),
        (2, "TIME_UNITS_MICROSECONDS"),
        (3, "TIME_UNITS_MILLISECONDS"),
        (4, "TIME_UNITS_SECONDS"),
        (5, "TIME_UNITS_MINUTES"),
        (6, "TIME_UNITS_HOURS"),
        (7, "TIME_UNITS_DAYS"),
    ],
};

/// `Registration.TrackingType`.
pub static REGISTRATION_TRACKING_TYPE_WORDS: Words = Words {
    name: "Registration.TrackingType",
    values: &[
        (0, "TRACKING_TYPE_UNSPECIFIED"),
        (1, "TRACKING_TYPE_NONE"),
        (2, "TRACKING_TYPE_TRACKLET"),
        (3, "TRACKING_TYPE_TRACK"),
        (4, "TRACKING_TYPE_TRACK_WITH_RE_ID"),
    ],
};

/// `SpeedUnits`.
pub static SPEED_UNITS_WORDS: Words = Words {
    name: "SpeedUnits",
    values: &[(0, "SPEED_UNITS_UNSPECIFIED"), (1, "SPEED_UNITS_MS"), (2, "SPEED_UNITS_KPH")],
};

/// `StatusReport.Info`.
pub static STATUS_REPORT_INFO_WORDS: Words =
    Words { name: "StatusReport.Info", values: &[(0, "INFO_UNSPECIFIED"), (1, "INFO_NEW"), (2, "INFO_UNCHANGED")] };

/// `StatusReport.PowerSource`.
pub static STATUS_REPORT_POWER_SOURCE_WORDS: Words = Words {
    name: "StatusReport.PowerSource",
    values: &[
        (0, "POWERSOURCE_UNSPECIFIED"),
        (1, "POWERSOURCE_OTHER"),
        (2, "POWERSOURCE_MAINS"),
        (3, "POWERSOURCE_INTERNAL_BATTERY"),
        (4, "POWERSOURCE_EXTERNAL_BATTERY"),
        (5, "POWERSOURCE_GENERATOR"),
        (6, "POWERSOURCE_SOLAR_PV"),
        (7, "POWERSOURCE_WIND_TURBINE"),
        (8, "POWERSOURCE_FUEL_CELL"),
    ],
};

/// `StatusReport.PowerStatus`.
pub static STATUS_REPORT_POWER_STATUS_WORDS: Words = Words {
    name: "StatusReport.PowerStatus",
    values: &[(0, "POWERSTATUS_UNSPECIFIED"), (1, "POWERSTATUS_OK"), (2, "POWERSTATUS_FAULT")],
};

/// `StatusReport.StatusLevel`.
pub static STATUS_REPORT_STATUS_LEVEL_WORDS: Words = Words {
    name: "StatusReport.StatusLevel",
    values: &[
        (0, "STATUS_LEVEL_UNSPECIFIED"),
        (2, "STATUS_LEVEL_INFORMATION_STATUS"),
        (3, "STATUS_LEVEL_WARNING_STATUS"),
        (4, "STATUS_LEVEL_ERROR_STATUS"),
    ],
};

/// `StatusReport.StatusType`.
pub static STATUS_REPORT_STATUS_TYPE_WORDS: Words = Words {
    name: "StatusReport.StatusType",
    values: &[
        (0, "STATUS_TYPE_UNSPECIFIED"),
        (1, "STATUS_TYPE_INTERNAL_FAULT"),
        (2, "STATUS_TYPE_EXTERNAL_FAULT"),
        (3, "STATUS_TYPE_ILLUMINATION"),
        (4, "STATUS_TYPE_WEATHER"),
        (5, "STATUS_TYPE_CLUTTER"),
        (6, "STATUS_TYPE_EXPOSURE"),
        (7, "STATUS_TYPE_MOTION_SENSITIVITY"),
        (8, "STATUS_TYPE_PTZ_STATUS"),
        (9, "STATUS_TYPE_PD"),
        (10, "STATUS_TYPE_FAR"),
        (11, "STATUS_TYPE_NOT_DETECTING"),
        (12, "STATUS_TYPE_PLATFORM"),
        (13, "STATUS_TYPE_OTHER"),
    ],
};

/// `StatusReport.System`.
pub static STATUS_REPORT_SYSTEM_WORDS: Words = Words {
    name: "StatusReport.System",
    values: &[
        (0, "SYSTEM_UNSPECIFIED"),
        (1, "SYSTEM_OK"),
        (2, "SYSTEM_WARNING"),
        (3, "SYSTEM_ERROR"),
        (5, "SYSTEM_GOODBYE"),
    ],
};

/// `Task.Control`.
pub static TASK_CONTROL_WORDS: Words = Words {
    name: "Task.Control",
    values: &[(0, "CONTROL_UNSPECIFIED"), (1, "CONTROL_START"), (2, "CONTROL_STOP"), (3, "CONTROL_PAUSE")],
};

/// `Task.DiscreteThreshold`.
pub static TASK_DISCRETE_THRESHOLD_WORDS: Words = Words {
    name: "Task.DiscreteThreshold",
    values: &[
        (0, "DISCRETE_THRESHOLD_UNSPECIFIED"),
        (1, "DISCRETE_THRESHOLD_LOW"),
        (2, "DISCRETE_THRESHOLD_MEDIUM"),
        (3, "DISCRETE_THRESHOLD_HIGH"),
    ],
};

/// `Task.RegionType`.
pub static TASK_REGION_TYPE_WORDS: Words = Words {
    name: "Task.RegionType",
    values: &[
        (0, "REGION_TYPE_UNSPECIFIED"),
        (1, "REGION_TYPE_AREA_OF_INTEREST"),
        (2, "REGION_TYPE_IGNORE"),
        (3, "REGION_TYPE_BOUNDARY"),
        (4, "REGION_TYPE_MOBILE_NODE_NO_GO_AREA"),
        (5, "REGION_TYPE_MOBILE_NODE_GO_AREA"),
    ],
};

/// `TaskAck.TaskStatus`.
pub static TASK_ACK_TASK_STATUS_WORDS: Words = Words {
    name: "TaskAck.TaskStatus",
    values: &[
        (0, "TASK_STATUS_UNSPECIFIED"),
        (1, "TASK_STATUS_ACCEPTED"),
        (2, "TASK_STATUS_REJECTED"),
        (3, "TASK_STATUS_COMPLETED"),
        (4, "TASK_STATUS_FAILED"),
    ],
};
