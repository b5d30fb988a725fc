{#- True when covey itself is the project being run, so that unmapped inputs are the bundled data. -#}
{% macro is_demo() %}
    {{ return(project_name == 'covey' and var('covey_demo_data_dir', none) is not none) }}
{% endmacro %}
