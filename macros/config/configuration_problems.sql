{#- Everything that is wrong with the configuration, as a list of sentences. Metadata is all it reads. -#}
{% macro configuration_problems() %}
    {{ return(
        covey.unknown_var_problems()
        + covey.var_type_problems()
        + covey.word_problems()
        + covey.activation_problems()
        + covey.publishing_problems()
        + covey.absent_input_problems()
        + covey.mapping_problems()
        + covey.rfm_grid_problems()
        + covey.feature_problems()
        + covey.guard_test_problems()
    ) }}
{% endmacro %}
