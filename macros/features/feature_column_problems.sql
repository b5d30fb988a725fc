{#- Columns that covey_feature_models lists and the relation of the model does not have. Nothing is said
    of a model that is not built yet. -#}
{% macro feature_column_problems(model, columns, relation) %}
    {%- set problems = [] -%}
    {%- set found = covey.describe_relation(relation) -%}
    {%- if found.status == 'ok' -%}
        {%- if 'customer_key' not in found.columns -%}
            {%- do problems.append(
                'The model ' ~ model ~ ' has no column customer_key, which its features are joined '
                ~ 'by. It has: ' ~ found.columns.keys() | join(', ')
            ) -%}
        {%- endif -%}
        {%- for column in columns if column not in found.columns -%}
            {%- do problems.append(
                'covey_feature_models lists ' ~ column ~ ', but the model ' ~ model
                ~ ' has no such column. Did you mean "'
                ~ covey.closest_name(column, found.columns) ~ '"?'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(problems) }}
{% endmacro %}
