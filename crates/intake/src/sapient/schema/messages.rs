//! Every message of SAPIENT v2 and its fields, by number: what is mandatory, what is an id, what excludes what.
//!
//! # Source
//! BSI Flex 335 v2.0, the published interface descriptions (facts of 62 messages and 297 fields).

use super::Form::{Bool, Bytes, Double, Float, Int32, Int64, Text};
use super::enums::*;
use super::{Kind, OneOf, enumeration, message, scalar};

/// The time of the protobuf library, in seconds and nanoseconds since 1970.
pub static TIMESTAMP: Kind = Kind {
    name: "google.protobuf.Timestamp",
    one_ofs: &[],
    fields: &[scalar(1, "seconds", Int64).implicit(), scalar(2, "nanos", Int32).implicit()],
};

/// `SapientMessage`.
pub static SAPIENT_MESSAGE: Kind = Kind {
    name: "SapientMessage",
    one_ofs: &[OneOf { name: "content", is_mandatory: true }],
    fields: &[
        message(1, "timestamp", &TIMESTAMP).mandatory(),
        scalar(2, "node_id", Text).mandatory().uuid(),
        scalar(3, "destination_id", Text).uuid(),
        message(4, "registration", &REGISTRATION).one_of(0),
        message(5, "registration_ack", &REGISTRATION_ACK).one_of(0),
        message(6, "status_report", &STATUS_REPORT).one_of(0),
        message(7, "detection_report", &DETECTION_REPORT).one_of(0),
        message(8, "task", &TASK).one_of(0),
        message(9, "task_ack", &TASK_ACK).one_of(0),
        message(10, "alert", &ALERT).one_of(0),
        message(11, "alert_ack", &ALERT_ACK).one_of(0),
        message(12, "error", &ERROR).one_of(0),
        scalar(13, "additional_information", Text),
    ],
};

/// `Registration`.
pub static REGISTRATION: Kind = Kind {
    name: "Registration",
    one_ofs: &[],
    fields: &[
        message(1, "node_definition", &REGISTRATION_NODE_DEFINITION).repeated().mandatory(),
        scalar(2, "icd_version", Text).mandatory(),
        scalar(3, "name", Text),
        scalar(4, "short_name", Text),
        message(5, "capabilities", &REGISTRATION_CAPABILITY).repeated().mandatory(),
        message(6, "status_definition", &REGISTRATION_STATUS_DEFINITION).mandatory(),
        message(7, "mode_definition", &REGISTRATION_MODE_DEFINITION).repeated().mandatory(),
        scalar(8, "dependent_nodes", Text).repeated(),
        message(9, "reporting_region", &LOCATION_OR_RANGE_BEARING).repeated(),
        message(10, "config_data", &REGISTRATION_CONFIGURATION_DATA).repeated().mandatory(),
    ],
};

/// `Registration.NodeDefinition`.
pub static REGISTRATION_NODE_DEFINITION: Kind = Kind {
    name: "Registration.NodeDefinition",
    one_ofs: &[],
    fields: &[
        enumeration(1, "node_type", &REGISTRATION_NODE_TYPE_WORDS).mandatory(),
        scalar(2, "node_sub_type", Text).repeated(),
    ],
};

/// `Registration.Capability`.
pub static REGISTRATION_CAPABILITY: Kind = Kind {
    name: "Registration.Capability",
    one_ofs: &[],
    fields: &[
        scalar(1, "category", Text).mandatory(),
        scalar(2, "type", Text).mandatory(),
        scalar(3, "value", Text),
        scalar(4, "units", Text),
    ],
};

/// `Registration.StatusDefinition`.
pub static REGISTRATION_STATUS_DEFINITION: Kind = Kind {
    name: "Registration.StatusDefinition",
    one_ofs: &[],
    fields: &[
        message(1, "status_interval", &REGISTRATION_DURATION).mandatory(),
        message(2, "location_definition", &REGISTRATION_LOCATION_TYPE),
        message(3, "coverage_definition", &REGISTRATION_LOCATION_TYPE),
        message(4, "obscuration_definition", &REGISTRATION_LOCATION_TYPE),
        message(5, "status_report", &REGISTRATION_STATUS_REPORT).repeated(),
        message(6, "field_of_view_definition", &REGISTRATION_LOCATION_TYPE),
    ],
};

/// `Registration.Duration`.
pub static REGISTRATION_DURATION: Kind = Kind {
    name: "Registration.Duration",
    one_ofs: &[],
    fields: &[
        enumeration(1, "units", &REGISTRATION_TIME_UNITS_WORDS).mandatory(),
        scalar(3, "value", Float).mandatory(),
    ],
};

/// `Registration.LocationType`.
pub static REGISTRATION_LOCATION_TYPE: Kind = Kind {
    name: "Registration.LocationType",
    one_ofs: &[
        OneOf { name: "coordinates_oneof", is_mandatory: true },
        OneOf { name: "datum_oneof", is_mandatory: true },
    ],
    fields: &[
        enumeration(1, "location_units", &LOCATION_COORDINATE_SYSTEM_WORDS).one_of(0),
        enumeration(2, "range_bearing_units", &RANGE_BEARING_COORDINATE_SYSTEM_WORDS).one_of(0),
        enumeration(3, "location_datum", &LOCATION_DATUM_WORDS).one_of(1),
        enumeration(4, "range_bearing_datum", &RANGE_BEARING_DATUM_WORDS).one_of(1),
        scalar(5, "zone", Text),
    ],
};

/// `Registration.StatusReport`.
pub static REGISTRATION_STATUS_REPORT: Kind = Kind {
    name: "Registration.StatusReport",
    one_ofs: &[],
    fields: &[
        enumeration(1, "category", &REGISTRATION_STATUS_REPORT_CATEGORY_WORDS).mandatory(),
        scalar(2, "type", Text).mandatory(),
        scalar(3, "units", Text),
        scalar(4, "on_change", Bool),
    ],
};

/// `Registration.ModeDefinition`.
pub static REGISTRATION_MODE_DEFINITION: Kind = Kind {
    name: "Registration.ModeDefinition",
    one_ofs: &[],
    fields: &[
        scalar(1, "mode_name", Text).mandatory(),
        enumeration(2, "mode_type", &REGISTRATION_MODE_TYPE_WORDS).mandatory(),
        scalar(3, "mode_description", Text),
        message(4, "settle_time", &REGISTRATION_DURATION).mandatory(),
        message(5, "maximum_latency", &REGISTRATION_DURATION),
        enumeration(6, "scan_type", &REGISTRATION_SCAN_TYPE_WORDS),
        enumeration(7, "tracking_type", &REGISTRATION_TRACKING_TYPE_WORDS),
        message(8, "duration", &REGISTRATION_DURATION),
        message(9, "mode_parameter", &REGISTRATION_MODE_PARAMETER).repeated(),
        message(10, "detection_definition", &REGISTRATION_DETECTION_DEFINITION).repeated(),
        message(11, "task", &REGISTRATION_TASK_DEFINITION).mandatory(),
    ],
};

/// `Registration.ModeParameter`.
pub static REGISTRATION_MODE_PARAMETER: Kind = Kind {
    name: "Registration.ModeParameter",
    one_ofs: &[],
    fields: &[scalar(1, "type", Text).mandatory(), scalar(2, "value", Text).mandatory()],
};

/// `Registration.DetectionDefinition`.
pub static REGISTRATION_DETECTION_DEFINITION: Kind = Kind {
    name: "Registration.DetectionDefinition",
    one_ofs: &[],
    fields: &[
        message(1, "location_type", &REGISTRATION_LOCATION_TYPE).mandatory(),
        message(2, "detection_performance", &REGISTRATION_PERFORMANCE_VALUE).repeated(),
        message(3, "detection_report", &REGISTRATION_DETECTION_REPORT).repeated(),
        message(4, "detection_class_definition", &REGISTRATION_DETECTION_CLASS_DEFINITION).repeated(),
        message(5, "behaviour_definition", &REGISTRATION_BEHAVIOUR_DEFINITION).repeated(),
        message(6, "velocity_type", &REGISTRATION_VELOCITY_TYPE),
        message(7, "geometric_error", &REGISTRATION_GEOMETRIC_ERROR),
    ],
};

/// `Registration.PerformanceValue`.
pub static REGISTRATION_PERFORMANCE_VALUE: Kind = Kind {
    name: "Registration.PerformanceValue",
    one_ofs: &[],
    fields: &[
        scalar(1, "type", Text).mandatory(),
        scalar(2, "units", Text).mandatory(),
        scalar(3, "unit_value", Text).mandatory(),
        scalar(4, "variation_type", Text),
    ],
};

/// `Registration.DetectionReport`.
pub static REGISTRATION_DETECTION_REPORT: Kind = Kind {
    name: "Registration.DetectionReport",
    one_ofs: &[],
    fields: &[
        enumeration(1, "category", &REGISTRATION_DETECTION_REPORT_CATEGORY_WORDS).mandatory(),
        scalar(2, "type", Text).mandatory(),
        scalar(3, "units", Text).mandatory(),
        scalar(4, "on_change", Bool),
    ],
};

/// `Registration.DetectionClassDefinition`.
pub static REGISTRATION_DETECTION_CLASS_DEFINITION: Kind = Kind {
    name: "Registration.DetectionClassDefinition",
    one_ofs: &[],
    fields: &[
        enumeration(1, "confidence_definition", &REGISTRATION_CONFIDENCE_DEFINITION_WORDS),
        message(2, "class_performance", &REGISTRATION_PERFORMANCE_VALUE).repeated(),
        message(3, "class_definition", &REGISTRATION_CLASS_DEFINITION).repeated(),
        message(4, "taxonomy_dock_definition", &REGISTRATION_TAXONOMY_DOCK_DEFINITION).repeated(),
    ],
};

/// `Registration.ClassDefinition`.
pub static REGISTRATION_CLASS_DEFINITION: Kind = Kind {
    name: "Registration.ClassDefinition",
    one_ofs: &[],
    fields: &[
        scalar(1, "type", Text).mandatory(),
        scalar(2, "units", Text),
        message(3, "sub_class", &REGISTRATION_SUB_CLASS).repeated(),
    ],
};

/// `Registration.SubClass`.
pub static REGISTRATION_SUB_CLASS: Kind = Kind {
    name: "Registration.SubClass",
    one_ofs: &[],
    fields: &[
        scalar(1, "type", Text).mandatory(),
        scalar(2, "units", Text),
        scalar(3, "level", Int32).mandatory(),
        message(4, "sub_class", &REGISTRATION_SUB_CLASS).repeated(),
    ],
};

/// `Registration.TaxonomyDockDefinition`.
pub static REGISTRATION_TAXONOMY_DOCK_DEFINITION: Kind = Kind {
    name: "Registration.TaxonomyDockDefinition",
    one_ofs: &[],
    fields: &[
        scalar(1, "Dock_class_namespace", Text).mandatory(),
        scalar(2, "Dock_class", Text).mandatory(),
        message(3, "Extension_subclass", &REGISTRATION_EXTENSION_SUBCLASS).repeated(),
    ],
};

/// `Registration.ExtensionSubclass`.
pub static REGISTRATION_EXTENSION_SUBCLASS: Kind = Kind {
    name: "Registration.ExtensionSubclass",
    one_ofs: &[],
    fields: &[
        scalar(1, "Subclass_namespace", Text).mandatory(),
        scalar(2, "Subclass_name", Text).mandatory(),
        scalar(3, "units", Text),
    ],
};

/// `Registration.BehaviourDefinition`.
pub static REGISTRATION_BEHAVIOUR_DEFINITION: Kind = Kind {
    name: "Registration.BehaviourDefinition",
    one_ofs: &[],
    fields: &[scalar(1, "type", Text).mandatory(), scalar(2, "units", Text)],
};

/// `Registration.VelocityType`.
pub static REGISTRATION_VELOCITY_TYPE: Kind = Kind {
    name: "Registration.VelocityType",
    one_ofs: &[
        OneOf { name: "velocity_units_oneof", is_mandatory: true },
        OneOf { name: "datum_oneof", is_mandatory: true },
    ],
    fields: &[
        message(4, "enu_velocity_units", &ENU_VELOCITY_UNITS).one_of(0),
        enumeration(6, "location_datum", &LOCATION_DATUM_WORDS).one_of(1),
        enumeration(7, "range_bearing_datum", &RANGE_BEARING_DATUM_WORDS).one_of(1),
        scalar(8, "zone", Text),
    ],
};

/// `ENUVelocityUnits`.
pub static ENU_VELOCITY_UNITS: Kind = Kind {
    name: "ENUVelocityUnits",
    one_ofs: &[],
    fields: &[
        enumeration(1, "east_north_rate_units", &SPEED_UNITS_WORDS).mandatory(),
        enumeration(2, "up_rate_units", &SPEED_UNITS_WORDS),
    ],
};

/// `Registration.GeometricError`.
pub static REGISTRATION_GEOMETRIC_ERROR: Kind = Kind {
    name: "Registration.GeometricError",
    one_ofs: &[],
    fields: &[
        scalar(1, "type", Text).mandatory(),
        scalar(2, "units", Text).mandatory(),
        scalar(3, "variation_type", Text).mandatory(),
        message(4, "performance_value", &REGISTRATION_PERFORMANCE_VALUE).repeated(),
    ],
};

/// `Registration.TaskDefinition`.
pub static REGISTRATION_TASK_DEFINITION: Kind = Kind {
    name: "Registration.TaskDefinition",
    one_ofs: &[],
    fields: &[
        scalar(1, "concurrent_tasks", Int32),
        message(2, "region_definition", &REGISTRATION_REGION_DEFINITION).mandatory(),
        message(3, "command", &REGISTRATION_COMMAND).repeated(),
    ],
};

/// `Registration.RegionDefinition`.
pub static REGISTRATION_REGION_DEFINITION: Kind = Kind {
    name: "Registration.RegionDefinition",
    one_ofs: &[],
    fields: &[
        enumeration(1, "region_type", &REGISTRATION_REGION_TYPE_WORDS).repeated().mandatory(),
        message(2, "settle_time", &REGISTRATION_DURATION),
        message(3, "region_area", &REGISTRATION_LOCATION_TYPE).repeated().mandatory(),
        message(4, "class_filter_definition", &REGISTRATION_CLASS_FILTER_DEFINITION).repeated(),
        message(5, "behaviour_filter_definition", &REGISTRATION_BEHAVIOUR_FILTER_DEFINITION).repeated(),
    ],
};

/// `Registration.ClassFilterDefinition`.
pub static REGISTRATION_CLASS_FILTER_DEFINITION: Kind = Kind {
    name: "Registration.ClassFilterDefinition",
    one_ofs: &[],
    fields: &[
        message(1, "filter_parameter", &REGISTRATION_FILTER_PARAMETER).repeated(),
        message(2, "sub_class_definition", &REGISTRATION_SUB_CLASS_FILTER_DEFINITION).repeated(),
        scalar(3, "type", Text).mandatory(),
    ],
};

/// `Registration.FilterParameter`.
pub static REGISTRATION_FILTER_PARAMETER: Kind = Kind {
    name: "Registration.FilterParameter",
    one_ofs: &[],
    fields: &[
        scalar(1, "parameter", Text).mandatory(),
        enumeration(2, "operators", &OPERATOR_WORDS).repeated().mandatory(),
    ],
};

/// `Registration.SubClassFilterDefinition`.
pub static REGISTRATION_SUB_CLASS_FILTER_DEFINITION: Kind = Kind {
    name: "Registration.SubClassFilterDefinition",
    one_ofs: &[],
    fields: &[
        message(1, "filter_parameter", &REGISTRATION_FILTER_PARAMETER).repeated(),
        scalar(2, "level", Int32).mandatory(),
        scalar(3, "type", Text).mandatory(),
        message(4, "sub_class_definition", &REGISTRATION_SUB_CLASS_FILTER_DEFINITION).repeated(),
    ],
};

/// `Registration.BehaviourFilterDefinition`.
pub static REGISTRATION_BEHAVIOUR_FILTER_DEFINITION: Kind = Kind {
    name: "Registration.BehaviourFilterDefinition",
    one_ofs: &[],
    fields: &[
        message(1, "filter_parameter", &REGISTRATION_FILTER_PARAMETER).repeated(),
        scalar(2, "type", Text).mandatory(),
    ],
};

/// `Registration.Command`.
pub static REGISTRATION_COMMAND: Kind = Kind {
    name: "Registration.Command",
    one_ofs: &[],
    fields: &[
        scalar(2, "units", Text).mandatory(),
        message(3, "completion_time", &REGISTRATION_DURATION).mandatory(),
        enumeration(4, "type", &REGISTRATION_COMMAND_TYPE_WORDS).mandatory(),
    ],
};

/// `LocationOrRangeBearing`.
pub static LOCATION_OR_RANGE_BEARING: Kind = Kind {
    name: "LocationOrRangeBearing",
    one_ofs: &[OneOf { name: "fov_oneof", is_mandatory: true }],
    fields: &[
        message(1, "range_bearing", &RANGE_BEARING_CONE).one_of(0),
        message(2, "location_list", &LOCATION_LIST).one_of(0),
    ],
};

/// `RangeBearingCone`.
pub static RANGE_BEARING_CONE: Kind = Kind {
    name: "RangeBearingCone",
    one_ofs: &[],
    fields: &[
        scalar(1, "elevation", Double),
        scalar(2, "azimuth", Double),
        scalar(3, "range", Double),
        scalar(4, "horizontal_extent", Double),
        scalar(5, "vertical_extent", Double),
        scalar(6, "horizontal_extent_error", Double),
        scalar(7, "vertical_extent_error", Double),
        scalar(8, "elevation_error", Double),
        scalar(9, "azimuth_error", Double),
        scalar(10, "range_error", Double),
        enumeration(11, "coordinate_system", &RANGE_BEARING_COORDINATE_SYSTEM_WORDS).mandatory(),
        enumeration(12, "datum", &RANGE_BEARING_DATUM_WORDS).mandatory(),
    ],
};

/// `LocationList`.
pub static LOCATION_LIST: Kind =
    Kind { name: "LocationList", one_ofs: &[], fields: &[message(1, "locations", &LOCATION).repeated().mandatory()] };

/// `Location`.
pub static LOCATION: Kind = Kind {
    name: "Location",
    one_ofs: &[],
    fields: &[
        scalar(1, "x", Double).mandatory(),
        scalar(2, "y", Double).mandatory(),
        scalar(3, "z", Double),
        scalar(4, "x_error", Double),
        scalar(5, "y_error", Double),
        scalar(6, "z_error", Double),
        enumeration(7, "coordinate_system", &LOCATION_COORDINATE_SYSTEM_WORDS).mandatory(),
        enumeration(8, "datum", &LOCATION_DATUM_WORDS).mandatory(),
        scalar(9, "utm_zone", Text),
    ],
};

/// `Registration.ConfigurationData`.
pub static REGISTRATION_CONFIGURATION_DATA: Kind = Kind {
    name: "Registration.ConfigurationData",
    one_ofs: &[],
    fields: &[
        scalar(1, "manufacturer", Text).implicit().mandatory(),
        scalar(2, "model", Text).implicit().mandatory(),
        scalar(3, "serial_number", Text),
        scalar(4, "hardware_version", Text),
        scalar(5, "software_version", Text),
        message(6, "sub_components", &REGISTRATION_CONFIGURATION_DATA).repeated(),
    ],
};

/// `RegistrationAck`.
pub static REGISTRATION_ACK: Kind = Kind {
    name: "RegistrationAck",
    one_ofs: &[],
    fields: &[scalar(1, "acceptance", Bool).mandatory(), scalar(3, "ack_response_reason", Text).repeated()],
};

/// `StatusReport`.
pub static STATUS_REPORT: Kind = Kind {
    name: "StatusReport",
    one_ofs: &[],
    fields: &[
        scalar(1, "report_id", Text).mandatory().ulid(),
        enumeration(2, "system", &STATUS_REPORT_SYSTEM_WORDS).mandatory(),
        enumeration(3, "info", &STATUS_REPORT_INFO_WORDS).mandatory(),
        scalar(4, "active_task_id", Text).ulid(),
        scalar(5, "mode", Text).mandatory(),
        message(6, "power", &STATUS_REPORT_POWER),
        message(7, "node_location", &LOCATION),
        message(8, "field_of_view", &LOCATION_OR_RANGE_BEARING),
        message(10, "obscuration", &LOCATION_OR_RANGE_BEARING).repeated(),
        message(11, "status", &STATUS_REPORT_STATUS).repeated(),
        message(12, "coverage", &LOCATION_OR_RANGE_BEARING).repeated(),
    ],
};

/// `StatusReport.Power`.
pub static STATUS_REPORT_POWER: Kind = Kind {
    name: "StatusReport.Power",
    one_ofs: &[],
    fields: &[
        scalar(3, "level", Int32),
        enumeration(4, "source", &STATUS_REPORT_POWER_SOURCE_WORDS).implicit(),
        enumeration(5, "status", &STATUS_REPORT_POWER_STATUS_WORDS).implicit(),
    ],
};

/// `StatusReport.Status`.
pub static STATUS_REPORT_STATUS: Kind = Kind {
    name: "StatusReport.Status",
    one_ofs: &[],
    fields: &[
        enumeration(1, "status_level", &STATUS_REPORT_STATUS_LEVEL_WORDS),
        scalar(3, "status_value", Text),
        enumeration(4, "status_type", &STATUS_REPORT_STATUS_TYPE_WORDS).mandatory(),
    ],
};

/// `DetectionReport`.
pub static DETECTION_REPORT: Kind = Kind {
    name: "DetectionReport",
    one_ofs: &[
        OneOf { name: "location_oneof", is_mandatory: true },
        OneOf { name: "velocity_oneof", is_mandatory: false },
    ],
    fields: &[
        scalar(1, "report_id", Text).mandatory().ulid(),
        scalar(2, "object_id", Text).mandatory().ulid(),
        scalar(3, "task_id", Text).ulid(),
        scalar(4, "state", Text),
        message(5, "range_bearing", &RANGE_BEARING).one_of(0),
        message(6, "location", &LOCATION).one_of(0),
        scalar(7, "detection_confidence", Float),
        message(8, "track_info", &DETECTION_REPORT_TRACK_OBJECT_INFO).repeated(),
        message(9, "prediction_location", &DETECTION_REPORT_PREDICTED_LOCATION),
        message(10, "object_info", &DETECTION_REPORT_TRACK_OBJECT_INFO).repeated(),
        message(11, "classification", &DETECTION_REPORT_DETECTION_REPORT_CLASSIFICATION).repeated(),
        message(12, "behaviour", &DETECTION_REPORT_BEHAVIOUR).repeated(),
        message(13, "associated_file", &ASSOCIATED_FILE).repeated(),
        message(14, "signal", &DETECTION_REPORT_SIGNAL).repeated(),
        message(15, "associated_detection", &ASSOCIATED_DETECTION).repeated(),
        message(16, "derived_detection", &DETECTION_REPORT_DERIVED_DETECTION).repeated(),
        message(19, "enu_velocity", &ENU_VELOCITY).one_of(1),
        scalar(22, "colour", Text),
        scalar(23, "id", Text),
    ],
};

/// `RangeBearing`.
pub static RANGE_BEARING: Kind = Kind {
    name: "RangeBearing",
    one_ofs: &[],
    fields: &[
        scalar(1, "elevation", Double),
        scalar(2, "azimuth", Double),
        scalar(3, "range", Double),
        scalar(4, "elevation_error", Double),
        scalar(5, "azimuth_error", Double),
        scalar(6, "range_error", Double),
        enumeration(7, "coordinate_system", &RANGE_BEARING_COORDINATE_SYSTEM_WORDS).mandatory(),
        enumeration(8, "datum", &RANGE_BEARING_DATUM_WORDS).mandatory(),
    ],
};

/// `DetectionReport.TrackObjectInfo`.
pub static DETECTION_REPORT_TRACK_OBJECT_INFO: Kind = Kind {
    name: "DetectionReport.TrackObjectInfo",
    one_ofs: &[],
    fields: &[scalar(1, "type", Text).mandatory(), scalar(2, "value", Text).mandatory(), scalar(3, "error", Float)],
};

/// `DetectionReport.PredictedLocation`.
pub static DETECTION_REPORT_PREDICTED_LOCATION: Kind = Kind {
    name: "DetectionReport.PredictedLocation",
    one_ofs: &[OneOf { name: "predicted_location_oneof", is_mandatory: false }],
    fields: &[
        message(1, "range_bearing", &RANGE_BEARING).one_of(0),
        message(2, "location", &LOCATION).one_of(0),
        message(3, "predicted_timestamp", &TIMESTAMP),
    ],
};

/// `DetectionReport.DetectionReportClassification`.
pub static DETECTION_REPORT_DETECTION_REPORT_CLASSIFICATION: Kind = Kind {
    name: "DetectionReport.DetectionReportClassification",
    one_ofs: &[],
    fields: &[
        scalar(1, "type", Text).mandatory(),
        scalar(2, "confidence", Float),
        message(3, "sub_class", &DETECTION_REPORT_SUB_CLASS).repeated(),
    ],
};

/// `DetectionReport.SubClass`.
pub static DETECTION_REPORT_SUB_CLASS: Kind = Kind {
    name: "DetectionReport.SubClass",
    one_ofs: &[],
    fields: &[
        scalar(1, "type", Text).mandatory(),
        scalar(2, "confidence", Float),
        scalar(3, "level", Int32).mandatory(),
        message(4, "sub_class", &DETECTION_REPORT_SUB_CLASS).repeated(),
    ],
};

/// `DetectionReport.Behaviour`.
pub static DETECTION_REPORT_BEHAVIOUR: Kind = Kind {
    name: "DetectionReport.Behaviour",
    one_ofs: &[],
    fields: &[scalar(1, "type", Text).mandatory(), scalar(2, "confidence", Float)],
};

/// `AssociatedFile`.
pub static ASSOCIATED_FILE: Kind = Kind {
    name: "AssociatedFile",
    one_ofs: &[],
    fields: &[scalar(1, "type", Text).mandatory(), scalar(2, "url", Text).mandatory()],
};

/// `DetectionReport.Signal`.
pub static DETECTION_REPORT_SIGNAL: Kind = Kind {
    name: "DetectionReport.Signal",
    one_ofs: &[],
    fields: &[
        scalar(1, "amplitude", Float).mandatory(),
        scalar(2, "start_frequency", Float),
        scalar(3, "centre_frequency", Float).mandatory(),
        scalar(4, "stop_frequency", Float),
        scalar(5, "pulse_duration", Float),
    ],
};

/// `AssociatedDetection`.
pub static ASSOCIATED_DETECTION: Kind = Kind {
    name: "AssociatedDetection",
    one_ofs: &[],
    fields: &[
        message(1, "timestamp", &TIMESTAMP),
        scalar(2, "node_id", Text).mandatory().uuid(),
        scalar(3, "object_id", Text).mandatory().ulid(),
        enumeration(4, "association_type", &ASSOCIATION_RELATION_WORDS),
    ],
};

/// `DetectionReport.DerivedDetection`.
pub static DETECTION_REPORT_DERIVED_DETECTION: Kind = Kind {
    name: "DetectionReport.DerivedDetection",
    one_ofs: &[],
    fields: &[
        message(1, "timestamp", &TIMESTAMP),
        scalar(2, "node_id", Text).mandatory().uuid(),
        scalar(3, "object_id", Text).mandatory().ulid(),
    ],
};

/// `ENUVelocity`.
pub static ENU_VELOCITY: Kind = Kind {
    name: "ENUVelocity",
    one_ofs: &[],
    fields: &[
        scalar(1, "east_rate", Double).mandatory(),
        scalar(2, "north_rate", Double).mandatory(),
        scalar(3, "up_rate", Double),
        scalar(4, "east_rate_error", Double),
        scalar(5, "north_rate_error", Double),
        scalar(6, "up_rate_error", Double),
    ],
};

/// `Task`.
pub static TASK: Kind = Kind {
    name: "Task",
    one_ofs: &[],
    fields: &[
        scalar(1, "task_id", Text).mandatory().ulid(),
        scalar(2, "task_name", Text),
        scalar(3, "task_description", Text),
        message(4, "task_start_time", &TIMESTAMP),
        message(5, "task_end_time", &TIMESTAMP),
        enumeration(6, "control", &TASK_CONTROL_WORDS).mandatory(),
        message(7, "region", &TASK_REGION).repeated(),
        message(8, "command", &TASK_COMMAND),
    ],
};

/// `Task.Region`.
pub static TASK_REGION: Kind = Kind {
    name: "Task.Region",
    one_ofs: &[],
    fields: &[
        enumeration(1, "type", &TASK_REGION_TYPE_WORDS).mandatory(),
        scalar(2, "region_id", Text).mandatory().ulid(),
        scalar(3, "region_name", Text).mandatory(),
        message(4, "region_area", &LOCATION_OR_RANGE_BEARING).mandatory(),
        message(5, "class_filter", &TASK_CLASS_FILTER).repeated(),
        message(6, "behaviour_filter", &TASK_BEHAVIOUR_FILTER).repeated(),
    ],
};

/// `Task.ClassFilter`.
pub static TASK_CLASS_FILTER: Kind = Kind {
    name: "Task.ClassFilter",
    one_ofs: &[],
    fields: &[
        message(1, "parameter", &TASK_PARAMETER).mandatory(),
        scalar(2, "type", Text).mandatory(),
        message(3, "sub_class_filter", &TASK_SUB_CLASS_FILTER).repeated(),
        enumeration(4, "priority", &TASK_DISCRETE_THRESHOLD_WORDS),
    ],
};

/// `Task.Parameter`.
pub static TASK_PARAMETER: Kind = Kind {
    name: "Task.Parameter",
    one_ofs: &[],
    fields: &[
        scalar(1, "name", Text).mandatory(),
        enumeration(2, "operator", &OPERATOR_WORDS).mandatory(),
        scalar(3, "value", Float).mandatory(),
    ],
};

/// `Task.SubClassFilter`.
pub static TASK_SUB_CLASS_FILTER: Kind = Kind {
    name: "Task.SubClassFilter",
    one_ofs: &[],
    fields: &[
        message(1, "parameter", &TASK_PARAMETER).mandatory(),
        scalar(2, "type", Text).mandatory(),
        message(3, "sub_class_filter", &TASK_SUB_CLASS_FILTER).repeated(),
        enumeration(4, "priority", &TASK_DISCRETE_THRESHOLD_WORDS),
    ],
};

/// `Task.BehaviourFilter`.
pub static TASK_BEHAVIOUR_FILTER: Kind = Kind {
    name: "Task.BehaviourFilter",
    one_ofs: &[],
    fields: &[
        message(1, "parameter", &TASK_PARAMETER).mandatory(),
        scalar(2, "type", Text),
        enumeration(3, "priority", &TASK_DISCRETE_THRESHOLD_WORDS),
    ],
};

/// `Task.Command`.
pub static TASK_COMMAND: Kind = Kind {
    name: "Task.Command",
    one_ofs: &[OneOf { name: "command", is_mandatory: true }],
    fields: &[
        scalar(1, "request", Text).one_of(0),
        enumeration(2, "detection_threshold", &TASK_DISCRETE_THRESHOLD_WORDS).one_of(0),
        enumeration(3, "detection_report_rate", &TASK_DISCRETE_THRESHOLD_WORDS).one_of(0),
        enumeration(4, "classification_threshold", &TASK_DISCRETE_THRESHOLD_WORDS).one_of(0),
        scalar(5, "mode_change", Text).one_of(0),
        message(6, "look_at", &LOCATION_OR_RANGE_BEARING).one_of(0),
        scalar(8, "command_parameter", Text),
        message(9, "move_to", &LOCATION_LIST).one_of(0),
        message(10, "patrol", &LOCATION_LIST).one_of(0),
        message(11, "follow", &FOLLOW_OBJECT).one_of(0),
    ],
};

/// `FollowObject`.
pub static FOLLOW_OBJECT: Kind =
    Kind { name: "FollowObject", one_ofs: &[], fields: &[scalar(1, "follow_object_id", Text).implicit().mandatory()] };

/// `TaskAck`.
pub static TASK_ACK: Kind = Kind {
    name: "TaskAck",
    one_ofs: &[],
    fields: &[
        scalar(1, "task_id", Text).mandatory().ulid(),
        enumeration(2, "task_status", &TASK_ACK_TASK_STATUS_WORDS).mandatory(),
        message(4, "associated_file", &ASSOCIATED_FILE),
        scalar(5, "reason", Text).repeated(),
    ],
};

/// `Alert`.
pub static ALERT: Kind = Kind {
    name: "Alert",
    one_ofs: &[OneOf { name: "location_oneof", is_mandatory: false }],
    fields: &[
        scalar(1, "alert_id", Text).mandatory().ulid(),
        enumeration(2, "alert_type", &ALERT_ALERT_TYPE_WORDS),
        enumeration(3, "status", &ALERT_ALERT_STATUS_WORDS),
        scalar(4, "description", Text),
        message(5, "range_bearing", &RANGE_BEARING).one_of(0),
        message(6, "location", &LOCATION).one_of(0),
        scalar(7, "region_id", Text).ulid(),
        enumeration(8, "priority", &ALERT_DISCRETE_PRIORITY_WORDS),
        scalar(9, "ranking", Float),
        scalar(10, "confidence", Float),
        message(11, "associated_file", &ASSOCIATED_FILE).repeated(),
        message(12, "associated_detection", &ASSOCIATED_DETECTION).repeated(),
        scalar(13, "additional_information", Text),
    ],
};

/// `AlertAck`.
pub static ALERT_ACK: Kind = Kind {
    name: "AlertAck",
    one_ofs: &[],
    fields: &[
        scalar(1, "alert_id", Text).mandatory().ulid(),
        scalar(4, "reason", Text).repeated(),
        enumeration(5, "alert_ack_status", &ALERT_ACK_ALERT_ACK_STATUS_WORDS).mandatory(),
    ],
};

/// `Error`.
pub static ERROR: Kind = Kind {
    name: "Error",
    one_ofs: &[],
    fields: &[scalar(1, "packet", Bytes).mandatory(), scalar(3, "error_message", Text).repeated()],
};
