-- A model of covey_feature_models has one row per customer at most: a join would multiply them.
{%- for model in covey.setting('covey_feature_models') or {} %}
select
    '{{ model }}' as feature_model,
    customer_key,
    count(*) as row_count
from {{ ref(project_name, model) }}
where customer_key is not null
group by customer_key
having count(*) > 1
{{ 'union all' if not loop.last }}
{%- else %}
select feature
from {{ ref('feature_catalog') }}
where 1 = 0
{%- endfor %}
