{#- What the rows of a day are built from: its rows in the input (`day_version` of int_input_days), the
    SQL of the model that asks, and the `settings` this SQL reads. -#}
{% macro built_from(settings) -%}
    {{ dbt.hash("day_version || '" ~ local_md5(model.raw_code ~ tojson(settings)) ~ "'") }}
{%- endmacro %}
