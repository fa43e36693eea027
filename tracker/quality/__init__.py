"""Between the strands and progress: records that break a rule, found every night, kept until they are mended."""
