{#- What is wrong with the rows for the features of one's own: a row for no feature, a feature without a
    row, a segmentation that is misspelt. `columns` are those that the relation has. -#}
{% macro catalog_row_problems(relation, columns) %}
    {%- set problems = [] -%}
    {#- Categories are no columns of numbers, but can have a row. -#}
    {%- set features = covey.feature_names() + covey.group_names() -%}
    {%- set listed = [] -%}
    {%- if relation -%}
        {%- set segmentations = 'segmentations' if 'segmentations' in columns else 'null' -%}
        {%- for row in run_query(
            'select feature, ' ~ segmentations ~ ' from ' ~ relation ~ ' as feature_rows'
            ~ ' where feature is not null order by 1'
        ).rows -%}
            {%- set feature = row[0] | string | trim -%}
            {%- do listed.append(feature) -%}
            {%- if feature not in features -%}
                {%- do problems.append(
                    'covey_feature_catalog_relation has a row for ' ~ feature
                    ~ ', which is no feature of covey or of covey_feature_models. Did you mean "'
                    ~ covey.closest_name(feature, features) ~ '"?'
                ) -%}
            {%- endif -%}
            {%- for name in (row[1] or '').split('|') | map('trim')
                if name and name not in var('covey_segmentations') -%}
                {#- A name far from all others takes a feature out of all segmentations. -#}
                {%- set closest = covey.closest_name(name, var('covey_segmentations')) -%}
                {%- if closest and covey.likeness(name, closest) >= 0.6 -%}
                    {%- do problems.append(
                        'The row for ' ~ feature ~ ' in covey_feature_catalog_relation lists the '
                        ~ 'segmentation ' ~ name ~ '. Did you mean "' ~ closest ~ '"?'
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set own = (var('covey_feature_models') or {}).values() | sum(start=[]) -%}
    {%- if own -%}
        {%- for row in run_query('select feature from ' ~ ref('feature_catalog')).rows -%}
            {%- do listed.append(row[0]) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for feature in own if feature not in listed -%}
        {%- do problems.append(
            'covey_feature_models lists ' ~ feature ~ ', which has no row in the feature catalog. '
            ~ 'Write one in the table that covey_feature_catalog_relation names.'
        ) -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}
