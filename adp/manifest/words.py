"""The closed lists a manifest chooses from."""

# ObsCore 1.1 §3.3.1
DATAPRODUCT_TYPES = ("image", "cube", "spectrum", "sed", "timeseries", "visibility", "event", "measurements")
DATAPRODUCT_SYNONYMS = {
    "catalog": "measurements",
    "catalogue": "measurements",
    "table": "measurements",
    "spectra": "spectrum",
    "spectral-cube": "cube",
    "pixel-table": "cube",
    "light-curve": "timeseries",
    "lightcurve": "timeseries",
}

# VODataService 1.2, coverage/waveband
WAVEBANDS = ("Radio", "Millimeter", "Infrared", "Optical", "UV", "EUV", "X-ray", "Gamma-ray", "Neutrino")

# Kinds of step, with the ObsCore calib_level they lift their result to (0: they add nothing)
STEP_KINDS = {
    "format-change": 0,
    "table-creation": 0,
    "coordinates-only": 0,
    "calibration": 2,
    "resampling": 3,
    "combination": 3,
    "extraction": 3,
    "classification": 3,
    "training": 0,  # makes a model, which says nothing about the sky until a step uses it
    "model-fit": 4,
    "simulation": 4,
}
LOSSES = ("none", "bounded", "lossy")

FORMATS = ("fits", "ecsv", "votable", "asdf", "hdf5", "csv", "parquet")
FORMAT_SYNONYMS = {"fit": "fits", "vot": "votable", "xml": "votable", "h5": "hdf5", "hdf": "hdf5"}

DATA_ROLES = ("input", "reference", "simulation-truth")
TEST_KINDS = ("independent", "regression")
BASES = ("astro-1",)
ARCHITECTURES = ("x86_64", "aarch64")

CREDIT_ROLES = (  # NISO Z39.104-2022, with its en dashes
    "Conceptualization",
    "Data curation",
    "Formal analysis",
    "Funding acquisition",
    "Investigation",
    "Methodology",
    "Project administration",
    "Resources",
    "Software",
    "Supervision",
    "Validation",
    "Visualization",
    "Writing – original draft",
    "Writing – review & editing",
)
OUR_ROLES = ("Instrument expertise", "Reference data", "Documentation", "Training", "Operations")
ROLES = CREDIT_ROLES + OUR_ROLES
ROLE_SYNONYMS = {
    "conceptualisation": "Conceptualization",
    "visualisation": "Visualization",
    "writing": CREDIT_ROLES[12],
    "writing - original draft": CREDIT_ROLES[12],
    "writing - review & editing": CREDIT_ROLES[13],
    "author": "Methodology",
    "developer": "Software",
}
