{#- Stops the run at its start when the configuration cannot work, with everything that is wrong with
    it at once. A run that touches nothing of covey is left alone. -#}
{% macro check_configuration() %}
    {%- if execute -%}
        {%- set ours = namespace(selected=false) -%}
        {%- for unique_id in selected_resources if unique_id.split('.')[1] == 'covey' -%}
            {%- set ours.selected = true -%}
        {%- endfor -%}
        {%- if ours.selected -%}
            {%- do covey.key_notice() -%}
        {%- endif -%}
        {%- set problems = covey.configuration_problems() if ours.selected else [] -%}
        {%- if problems -%}
            {{ exceptions.raise_compiler_error(
                'covey cannot run with this configuration:\n- ' ~ problems | join('\n- ')
                ~ '\n`covey doctor` (or `dbt run-operation covey_doctor`) reports on the whole of it.'
            ) }}
        {%- endif -%}
    {%- else -%}
        {#- Asked while dbt parses, so that the hook may read the models that inputs are mapped to. -#}
        {%- for input in covey.input_names() -%}
            {%- do var('covey_' ~ input ~ '_relation', none) -%}
        {%- endfor -%}
        {%- do var('covey_feature_catalog_relation', none) -%}
    {%- endif -%}
{% endmacro %}
