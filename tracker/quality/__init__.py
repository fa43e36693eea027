"""Floor 7: records that break a rule of the programme, found every night, kept until they are mended."""
